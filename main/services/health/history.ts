import type { EngineEvent } from '../hosts/engine';

/** What the event stream taught about one container. */
export interface ContainerHistory {
  /** Ends nobody asked for, oldest first, of the last ten minutes. */
  exits: readonly { at: number; exitCode: number }[];
  oomAt: number | null;
  /** A person or a tool asked it to stop, and it has not been started since. */
  stopRequested: boolean;
  /** Restarts the engine itself had made when it was last looked at. */
  restartCount: number;
}

export const noHistory: ContainerHistory = { exits: [], oomAt: null, stopRequested: false, restartCount: 0 };

const EXITS_KEPT_MS = 10 * 60_000;
/** Signals programs use to reload or rotate: they don't ask for an end. */
const NOT_ENDING = new Set([
  '1',
  '10',
  '12',
  '18',
  '28',
  'SIGHUP',
  'SIGUSR1',
  'SIGUSR2',
  'SIGCONT',
  'SIGWINCH',
]);

/** Pure: one engine event of this container. */
export function recordEvent(history: ContainerHistory, event: EngineEvent): ContainerHistory {
  switch (event.action) {
    case 'kill':
      return NOT_ENDING.has(event.attributes.signal ?? '') ? history : { ...history, stopRequested: true };
    case 'stop':
      return { ...history, stopRequested: true };
    case 'die':
      return history.stopRequested ? history : { ...history, exits: withExit(history.exits, event) };
    case 'oom':
      return { ...history, oomAt: event.at };
    case 'start':
      return history.stopRequested ? forgiven(history) : history;
    case 'restart':
      return forgiven(history);
    default:
      return history;
  }
}

/** Pure: the engine sets its count back to zero when somebody starts the container by hand. */
export function recordRestartCount(history: ContainerHistory, restartCount: number): ContainerHistory {
  if (restartCount === history.restartCount) return history;
  return restartCount < history.restartCount
    ? { ...forgiven(history), restartCount }
    : { ...history, restartCount };
}

/** A start by hand begins anew: what went wrong before is no verdict on what runs now. */
function forgiven(history: ContainerHistory): ContainerHistory {
  return { ...history, exits: [], oomAt: null, stopRequested: false };
}

function withExit(exits: ContainerHistory['exits'], event: EngineEvent): ContainerHistory['exits'] {
  const exitCode = Number.parseInt(event.attributes.exitCode ?? '', 10);
  const recent = exits.filter((exit) => exit.at > event.at - EXITS_KEPT_MS);
  return [...recent, { at: event.at, exitCode: Number.isNaN(exitCode) ? -1 : exitCode }];
}
