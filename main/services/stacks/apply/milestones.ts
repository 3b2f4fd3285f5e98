import { createDeferred, type Deferred } from '../../../streams/deferred';
import type { DependencyCondition } from '../compose-file/model';

/** What came of a milestone; the reason is a clause for whoever waits for it. */
export type Reached = { ok: true } | { ok: false; reason: string | typeof UNCHECKED };

/** In place of a reason: it runs, and nothing will ever tell whether it is healthy. */
export const UNCHECKED = Symbol('unchecked');

/** What others may wait for. Each resolves exactly once and never rejects. */
export interface Milestones {
  reached(condition: DependencyCondition): Promise<Reached>;
  reach(condition: DependencyCondition): void;
  /** As `reach`, for a service without anything that could say it is healthy. */
  leaveUnchecked(): void;
  /** Whatever was not reached yet never will be. */
  fail(reason: string): void;
}

export function createMilestones(): Milestones {
  const all: Record<DependencyCondition, Deferred<Reached>> = {
    service_started: createDeferred(),
    service_healthy: createDeferred(),
    service_completed_successfully: createDeferred(),
  };
  return {
    reached: (condition) => all[condition].promise,
    reach: (condition) => all[condition].resolve({ ok: true }),
    leaveUnchecked() {
      all.service_healthy.resolve({ ok: false, reason: UNCHECKED });
    },
    fail(reason) {
      for (const { resolve } of Object.values(all)) resolve({ ok: false, reason });
    },
  };
}
