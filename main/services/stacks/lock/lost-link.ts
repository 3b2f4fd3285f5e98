/** What a lock does while the link to its engine is lost: it keeps trying, without pressing and without signing in again and again. */
import { hasCode, isAway } from '../../errors';
import { needsPerson } from '../apply/explain';

const RELEASE_RETRY_MS = 5_000;
/** As long as a lost link is waited for. */
const RELEASE_LIMIT_MS = 30 * 60_000;

/**
 * One at a time: behind a lost link each waits until it is back. Ends when only a person can bring the link back,
 * since every further one would try to sign in again.
 */
export function repeatBeat(beat: () => Promise<void>, everyMs: number): () => void {
  let underWay = false;
  const timer = setInterval(() => {
    if (underWay) return;
    underWay = true;
    beat()
      .catch((error: unknown) => {
        if (needsPerson(error) || hasCode(error, 'CANCELLED')) clearInterval(timer);
      })
      .finally(() => {
        underWay = false;
      });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** A lock nobody holds would stop every other console until a person broke it. */
export function releaseLater(
  remove: () => Promise<void>,
  error: unknown,
  until = Date.now() + RELEASE_LIMIT_MS,
): void {
  if (!isAway(error) || Date.now() > until) return;
  setTimeout(() => {
    remove().catch((again: unknown) => releaseLater(remove, again, until));
  }, RELEASE_RETRY_MS).unref();
}
