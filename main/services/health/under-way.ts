import type { ServiceProgress, Task, TaskKind } from '../../../preload/contract';
import type { OnStack } from '../stacks/face';

/** What running tasks of this console do to one stack: a state they pass through is no news. */
export interface UnderWay {
  /** A task holds the stack's apply lock and writes its journal. */
  changesStack: boolean;
  /** The service still has its turn, or is being worked on. */
  concerns(service: string): boolean;
}

export const nothingUnderWay: UnderWay = { changesStack: false, concerns: () => false };

/** Another console is at work; what it does to which service is not told here. */
export const underWayElsewhere: UnderWay = { changesStack: true, concerns: () => true };

const CHANGES_STACK = new Set<TaskKind>(['apply', 'undo', 'remove']);
/** After these a service is down because somebody wanted it so; the others follow until the task ends. */
const TAKES_DOWN = new Set<TaskKind>(['stop', 'remove']);
const UNFINISHED = new Set<ServiceProgress['phase']>([
  'waiting',
  'pulling',
  'delivering',
  'building',
  'creating',
  'starting',
  'gating',
  'stopping',
  'removing',
]);

/** Pure: tasks of other stacks, ended tasks and looks that change nothing are left out. */
export function underWayOf(tasks: Iterable<Task>, { hostId, stackId }: OnStack): UnderWay {
  const running = [...tasks].filter(
    (task) =>
      task.hostId === hostId &&
      task.stackId === stackId &&
      task.kind !== 'preflight' &&
      (task.status.state === 'running' || task.status.state === 'queued'),
  );
  // An undo works on containers and reports no service of its own.
  const everything = running.some((task) => task.kind === 'undo');
  const awaited = new Set(running.flatMap(awaitedServices));
  return {
    changesStack: running.some((task) => CHANGES_STACK.has(task.kind)),
    concerns: (service) => everything || awaited.has(service),
  };
}

function awaitedServices({ kind, services }: Task): string[] {
  return services
    .filter(({ phase }) => UNFINISHED.has(phase) || (phase === 'ready' && TAKES_DOWN.has(kind)))
    .map(({ service }) => service);
}
