/**
 * The main job, on the real engine and in the real window: a first start, 16 healthy services,
 * three of them going wrong in three ways, the cause named for each, the cure from the window, the
 * console killed half-way through an apply, and everything gone again at the end.
 */
import { rmSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { freshHome, goTo, type OpenConsole, openConsole, portray, zoomTo } from '../support/console-window';
import { processFacts } from '../support/electron-runtime';
import { clearFault, removeSandbox, requireNoSandbox, sandboxObjects, setFault } from '../support/sandbox';
import { ALL_WELL, applyFromDeploy, removeFromWindow } from '../support/stack-window';
import { until } from '../support/until';

/** Three images are built when the engine has none of them. */
const COLD_START_LIMIT_MS = 300_000;
const VERDICT_LIMIT_MS = 60_000;
/** In their order on the rail. */
const SCREENS = ['Overview', 'Services', 'Deploy', 'Hosts', 'Settings'];
const ZOOMED_WIDTH = 640;

test.describe.configure({ mode: 'serial' });
test.setTimeout(COLD_START_LIMIT_MS + 120_000);

const home = freshHome();
let console: OpenConsole;

test.beforeAll(async () => {
  await requireNoSandbox();
  console = await openConsole(home);
});

test.afterAll(async () => {
  await console.application.close();
  await removeSandbox();
  rmSync(home, { recursive: true, force: true });
});

test('runs as an unprivileged user with the sandbox of Chrome on', async () => {
  const pid = console.application.process().pid ?? 0;
  const facts = await processFacts(pid);
  const renderers = facts.filter((each) => each.type === 'renderer');
  expect(renderers.length).toBeGreaterThan(0);
  expect(renderers.every((each) => each.seccomp === 2)).toBe(true);
});

test('shows the engine it found and offers the sandbox', async () => {
  await expect(console.page.getByRole('heading', { name: 'Ready to start' })).toBeVisible();
  await expect(console.page.getByText('Connected', { exact: true })).toBeVisible();
  await portray(console, 'first-run');
});

test('starts the sandbox with one click until 16 services are healthy', async () => {
  const { page } = console;
  await page.getByRole('button', { name: 'Start the sandbox' }).click();
  const confirm = page.getByRole('button', { name: /^Start with \d+ warning/ });
  const running = page.getByRole('button', { name: 'Show every step' });
  await expect(confirm.or(running)).toBeVisible();
  if (await confirm.isVisible()) await confirm.click();
  await running.click();
  await expect(page.getByRole('heading', { level: 1, name: /Deploy/ })).toBeVisible();
  await portray(console, 'deploy-applying');
  await goTo(page, 'Overview');
  await expect(page.getByText(ALL_WELL)).toBeVisible({ timeout: COLD_START_LIMIT_MS });
  await portray(console, 'overview-healthy');
});

test('shows every screen in both themes without an axe finding', async () => {
  const { page } = console;
  await goTo(page, 'Services');
  await portray(console, 'services');
  for (const tab of ['logs', 'probes', 'configuration', 'events', 'inspect']) {
    await page.evaluate((name) => window.location.assign(`#/services/wagtail/${name}`), tab);
    await expect(page.getByRole('dialog').getByRole('tab', { name: new RegExp(tab, 'i') })).toBeVisible();
    await portray(console, `service-${tab}`);
  }
  await page.keyboard.press('Escape');
  for (const screen of ['Deploy', 'Hosts', 'Settings']) {
    await goTo(page, screen);
    await portray(console, screen.toLowerCase());
  }
});

test('scrolls nothing sideways and cuts no name when 1280 pixels are zoomed to 200 %', async () => {
  const { page } = console;
  const width = await page.evaluate(() => window.innerWidth);
  await zoomTo(console, ZOOMED_WIDTH);
  for (const [index, screen] of SCREENS.entries()) {
    await page.keyboard.press(`Control+${index + 1}`);
    await expect(page.getByRole('heading', { level: 1 })).toContainText(screen);
    expect(await page.locator('main#screen').evaluate(isWiderThanShown)).toBe(false);
  }
  await page.keyboard.press('Control+2');
  const name = page.getByRole('row', { name: 'Analytics dashboard' }).getByRole('gridcell').nth(1);
  await expect(name).toContainText('Analytics dashboard');
  expect(await name.evaluate(isWiderThanShown)).toBe(false);
  await zoomTo(console, width);
});

test('names the cause of a lie, a crash loop and a memory limit', async () => {
  const { page } = console;
  await goTo(page, 'Overview');
  await setFault('wagtail', 'lie');
  await setFault('ai-agents', 'crash-loop');
  await setFault('saleor', 'eat-memory');
  const finding = (text: RegExp) => page.getByRole('listitem').filter({ hasText: text }).first();
  await expect(finding(/Wagtail.* 200 .*database/i)).toBeVisible({ timeout: VERDICT_LIMIT_MS });
  await expect(finding(/AI agents.*crash.*exit code 1/i)).toBeVisible({ timeout: VERDICT_LIMIT_MS });
  await expect(finding(/Saleor.*memory limit/i)).toBeVisible({ timeout: VERDICT_LIMIT_MS });
  await portray(console, 'overview-attention');
});

test('recovers once the causes are gone and the services are restarted from the window', async () => {
  const { page } = console;
  for (const service of ['wagtail', 'ai-agents', 'saleor']) await clearFault(service);
  for (const title of ['Wagtail', 'AI agents', 'Saleor']) await restartFromTable(page, title);
  await goTo(page, 'Overview');
  await expect(page.getByText(ALL_WELL)).toBeVisible({ timeout: COLD_START_LIMIT_MS });
});

test('offers to continue an apply during which the console was killed', async () => {
  const { page } = console;
  await removeFromWindow(page, { volumes: false });
  await goTo(page, 'Deploy');
  await applyFromDeploy(page);
  await until(
    'a container of the stack runs',
    async () => (await sandboxObjects()).running.length > 0,
    60_000,
  );
  // Held apart: a closed application no longer names its process.
  const electron = console.application.process();
  electron.kill('SIGKILL');
  await expect.poll(() => electron.signalCode).toBe('SIGKILL');

  console = await openConsole(home);
  await expect(console.page.getByText(/An apply of .* did not end/)).toBeVisible();
  await portray(console, 'unfinished-apply');
  await console.page.getByRole('button', { name: 'Continue' }).first().click();
  await goTo(console.page, 'Overview');
  await expect(console.page.getByText(ALL_WELL)).toBeVisible({ timeout: COLD_START_LIMIT_MS });
});

test('removes everything, data included, after the name was typed', async () => {
  await removeFromWindow(console.page, { volumes: true });
  expect(await sandboxObjects()).toEqual({ containers: [], running: [], networks: [], volumes: [] });
});

function isWiderThanShown({ scrollWidth, clientWidth }: Element): boolean {
  return scrollWidth > clientWidth;
}

async function restartFromTable(page: Page, title: string): Promise<void> {
  await goTo(page, 'Services');
  await page.getByRole('row').filter({ hasText: title }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restart' }).click();
  await page.keyboard.press('Escape');
}
