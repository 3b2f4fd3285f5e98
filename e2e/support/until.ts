import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 20;

/** Polls until `check` holds; fails with `what` when it does not within `limitMs`. */
export async function until(
  what: string,
  check: () => boolean | Promise<boolean>,
  limitMs = 10_000,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await sleep(POLL_MS);
  }
}
