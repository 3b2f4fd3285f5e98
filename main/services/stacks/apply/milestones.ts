import type { DependencyCondition } from '../compose-file/model';

/** What came of a milestone; the reason is a clause for whoever waits for it. */
export type Reached = { ok: true } | { ok: false; reason: string };

/** What others may wait for. Each resolves exactly once and never rejects. */
export interface Milestones {
  reached(condition: DependencyCondition): Promise<Reached>;
  reach(condition: DependencyCondition): void;
  /** Whatever was not reached yet never will be. */
  fail(reason: string): void;
}

interface Deferred {
  promise: Promise<Reached>;
  settle: (outcome: Reached) => void;
}

function deferred(): Deferred {
  let settle: Deferred['settle'] = () => undefined;
  const promise = new Promise<Reached>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}

export function createMilestones(): Milestones {
  const all: Record<DependencyCondition, Deferred> = {
    service_started: deferred(),
    service_healthy: deferred(),
    service_completed_successfully: deferred(),
  };
  return {
    reached: (condition) => all[condition].promise,
    reach: (condition) => all[condition].settle({ ok: true }),
    fail(reason) {
      for (const { settle } of Object.values(all)) settle({ ok: false, reason });
    },
  };
}
