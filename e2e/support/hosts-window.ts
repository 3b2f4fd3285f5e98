/** Hosts over SSH as a person meets them: adding one, the questions of signing in, the way to its engine. */
import { createHash } from 'node:crypto';
import { expect, type Locator, type Page } from '@playwright/test';
import { goTo } from './console-window';

const ATTEMPT_LIMIT_MS = 30_000;

/** Leaves the host's own page open. */
export async function addHost(page: Page, destination: string): Promise<void> {
  await openAddHost(page);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Destination' }).fill(destination);
  await dialog.getByRole('button', { name: 'Add host' }).click();
  await expect(dialog).toBeHidden();
}

export async function openAddHost(page: Page): Promise<void> {
  await goTo(page, 'Hosts');
  await page.getByRole('button', { name: 'Add host' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
}

export async function showHost(page: Page, title: string): Promise<void> {
  await goTo(page, 'Hosts');
  await page.getByRole('region', { name: 'Known hosts' }).getByRole('link', { name: title }).click();
  await expect(page.getByRole('heading', { level: 2, name: title })).toBeVisible();
}

export async function checkConnection(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Check connection' }).click();
}

/** One line of the way to the engine, by its title as in `Engine socket`. */
export function hop(page: Page, title: string): Locator {
  const way = page.getByRole('list', { name: /^Steps of the way/ });
  return way.getByRole('listitem').filter({ has: page.getByText(title, { exact: true }) });
}

/** A question of signing in, by its title; waits for it. */
export async function question(page: Page, title: string | RegExp): Promise<Locator> {
  const dialog = page.getByRole('dialog', { name: title });
  await expect(dialog).toBeVisible({ timeout: ATTEMPT_LIMIT_MS });
  return dialog;
}

/** `SHA256:…` as ssh-keygen prints it, of a line as in `/etc/ssh/*.pub`. */
export function fingerprintOf(publicLine: string): string {
  const key = Buffer.from(publicLine.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** At the top of every screen. */
export function hostSwitcher(page: Page, title: string): Locator {
  return page.getByRole('banner').getByRole('button', { name: title });
}
