/** Calls into the main process that survive what its debugger now and then does. */
import type { ElectronApplication } from '@playwright/test';

const LOST_ANSWER = /garbage collected/;
const ATTEMPTS = 5;

type Electron = typeof import('electron');

/**
 * As `application.evaluate`. Electron's debugger sometimes loses the promise of an answer to the
 * garbage collector although the work was done, so `work` must bear being done twice.
 */
export async function inMain<Argument, Result>(
  application: ElectronApplication,
  work: (electron: Electron, argument: Argument) => Result,
  argument: Argument,
): Promise<Awaited<Result>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await application.evaluate<Result, Argument>(work as never, argument as never);
    } catch (error) {
      if (attempt === ATTEMPTS || !LOST_ANSWER.test(String(error))) throw error;
    }
  }
}
