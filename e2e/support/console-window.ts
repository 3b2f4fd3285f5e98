/** The console as a person meets it: its window, pictures of every screen and what axe has to say. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type ElectronApplication, expect, type Page } from '@playwright/test';
import { consolePage, launchConsole } from './electron-runtime';
import { inMain } from './in-main';

const PICTURES = join(import.meta.dirname, '../../out/screens');
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const;
const THEMES = ['light', 'dark'] as const;

export interface OpenConsole {
  application: ElectronApplication;
  page: Page;
}

/** A folder of its own for settings, data and logs: what a first start finds. */
export function freshHome(): string {
  return mkdtempSync(join(tmpdir(), 'console-home-'));
}

export async function openConsole(
  home: string,
  environment: Record<string, string> = {},
): Promise<OpenConsole> {
  const application = await launchConsole({ home, environment });
  const page = await consolePage(application);
  // The rail is in the document already; only React draws the screen, and answers keys.
  await expect(page.locator('main#screen')).toBeVisible();
  return { application, page };
}

/** Goes to a screen the way a person with a keyboard does. */
export async function goTo(page: Page, screen: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: screen }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

/** As a person zooms: the page has `innerWidth` of its pixels, and larger ones. Only keys reach it rightly then. */
export async function zoomTo({ application, page }: OpenConsole, innerWidth: number): Promise<void> {
  const setZoom = ({ BrowserWindow }: typeof import('electron'), width: number) => {
    const [window] = BrowserWindow.getAllWindows();
    window?.webContents.setZoomFactor((window.getContentSize()[0] ?? width) / width);
  };
  await inMain(application, setZoom, innerWidth);
  await page.waitForFunction((width) => Math.abs(window.innerWidth - width) <= 1, innerWidth);
}

/** Pictures in both themes and sizes, each checked by axe. Kept in out/screens. */
export async function portray({ application, page }: OpenConsole, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    for (const size of SIZES) {
      await resize(application, page, size);
      await page.screenshot({
        path: join(PICTURES, `${name}-${colorScheme}-${size.width}x${size.height}.png`),
      });
    }
    await expectAccessible(page);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}

async function resize(
  application: ElectronApplication,
  page: Page,
  size: (typeof SIZES)[number],
): Promise<void> {
  const setSize = (
    { BrowserWindow }: typeof import('electron'),
    { width, height }: (typeof SIZES)[number],
  ) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
  };
  await inMain(application, setSize, size);
  await page.waitForFunction((width) => window.innerWidth === width, size.width);
}

async function expectAccessible(page: Page): Promise<void> {
  // Electron has no second page for axe to work in.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual(
    [],
  );
}
