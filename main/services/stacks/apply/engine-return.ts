import { DomainError } from '../../errors';
import type { EnginePort } from '../../hosts/engine';
import { pause } from './concurrency';

const PING_EVERY_MS = 250;
const PING_LIMIT_MS = 2_000;
const ANSWERS_IN_A_ROW = 3;

/**
 * Resolves when the engine answers again, several times in a row: one that shuts down still answers
 * for a moment. Rejects with TIMEOUT after `limitMs`; returns early on abort.
 */
export async function engineReturned(
  engine: EnginePort,
  limitMs: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (let answers = 0; !signal.aborted; ) {
    await pause(PING_EVERY_MS, signal);
    answers = (await answersNow(engine)) ? answers + 1 : 0;
    if (answers >= ANSWERS_IN_A_ROW) return;
    if (Date.now() > deadline) throw notBack(limitMs);
  }
}

function answersNow(engine: EnginePort): Promise<boolean> {
  return engine.ping(AbortSignal.timeout(PING_LIMIT_MS)).then(
    () => true,
    () => false,
  );
}

function notBack(limitMs: number): DomainError {
  const seconds = Math.round(limitMs / 1000);
  return new DomainError(
    'TIMEOUT',
    { operation: 'wait for the engine', afterMs: limitMs },
    `The engine went away during the apply and did not come back within ${seconds} s. Start it, then continue the apply.`,
  );
}
