import { DomainError } from '../../errors';
import type { EnginePort } from '../../hosts/engine';
import { pause } from './concurrency';

const PING_EVERY_MS = 250;
const PING_LIMIT_MS = 2_000;

/** Resolves when the engine answers again. Rejects with TIMEOUT after `limitMs`; returns early on abort. */
export async function engineReturned(
  engine: EnginePort,
  limitMs: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!signal.aborted) {
    const answered = await engine.ping(AbortSignal.timeout(PING_LIMIT_MS)).then(
      () => true,
      () => false,
    );
    if (answered) return;
    if (Date.now() > deadline) throw notBack(limitMs);
    await pause(PING_EVERY_MS, signal);
  }
}

function notBack(limitMs: number): DomainError {
  const seconds = Math.round(limitMs / 1000);
  return new DomainError(
    'TIMEOUT',
    { operation: 'wait for the engine', afterMs: limitMs },
    `The engine went away during the apply and did not come back within ${seconds} s. Start it, then continue the apply.`,
  );
}
