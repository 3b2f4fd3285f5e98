import { enduring, RETURN_LIMITS } from './endure';
import type { ApplyDeps } from './model';

interface LookAbout {
  /** For sentences: what the look is for. */
  noun: string;
  /** Told to the one who watches. */
  tell: (phase: string) => void;
  signal: AbortSignal;
}

/**
 * A look at the engine that comes before a change: as patient as the change itself, which is to be made with the
 * answered dependencies, so that its journal tells of a link that was lost meanwhile. Rejects as the change would.
 */
export async function lookBefore<T>(
  deps: ApplyDeps,
  { noun, tell, signal }: LookAbout,
  look: () => Promise<T>,
): Promise<{ deps: ApplyDeps; seen: T }> {
  const { session, log, now, timing, early = [] } = deps;
  const told = [...early];
  const seen = await enduring(
    {
      ...{ session, log, now, tell, signal },
      limits: { ...RETURN_LIMITS, ...timing },
      note: (state, detail) => void told.push({ kind: 'link', at: now(), state, detail }),
      stillHeld: async () => undefined,
      soFar: () => 'Nothing was changed.',
      goOn: () => `start the ${noun} again`,
    },
    look,
  );
  return { deps: { ...deps, early: told }, seen };
}
