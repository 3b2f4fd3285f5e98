/** What a person does to a stack in the window, whichever host it is on. */
import { expect, type Page } from '@playwright/test';
import { goTo } from './console-window';
import { SANDBOX_PROJECT } from './sandbox';

const REMOVAL_LIMIT_MS = 60_000;
/** Why Deploy's buttons wait. */
const RUNNING = 'A task of this stack is running';

/** What Overview says of the sandbox when nothing is wrong with it. */
export const ALL_WELL = /Everything that was checked is healthy: 16 healthy, 2 completed/;

/** A plan that changed since it was shown is shown anew instead of applied, so one click may not be enough. */
export async function applyFromDeploy(page: Page): Promise<void> {
  await expect(async () => {
    await page.getByRole('button', { name: /^Apply/ }).click();
    await expect(page.getByRole('button', { name: 'Cancel', exact: true })).toBeVisible({ timeout: 3_000 });
  }).toPass();
}

export async function removeFromWindow(page: Page, { volumes }: { volumes: boolean }): Promise<void> {
  await goTo(page, 'Deploy');
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  const dialog = page.getByRole('dialog');
  const confirm = dialog.getByRole('button', { name: /^Remove/ });
  await expect(confirm).toBeDisabled();
  if (volumes) await dialog.getByRole('checkbox').check();
  await dialog.getByRole('textbox').fill(SANDBOX_PROJECT);
  await confirm.click();
  await expect(dialog).toBeHidden();
  // Its end alone says that it is over: the history shows the summaries of earlier removals too.
  const running = page.getByText(RUNNING);
  await expect(running).toBeVisible();
  await expect(running).toBeHidden({ timeout: REMOVAL_LIMIT_MS });
  await expect(page.getByText(/^Removed from /).first()).toBeVisible();
}
