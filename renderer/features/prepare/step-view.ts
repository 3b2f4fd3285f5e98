/** A step of the plan together with how it ran last: what its card says. Pure. */
import type { PreparePlan, PrepareRun, PrepareStep, Task } from '../../../preload/contract';

type StepId = PrepareStep['id'];

export interface StepView {
  step: PrepareStep;
  /** How it ran last; null when it never did. */
  run: PrepareRun | null;
  status: 'stopped' | 'starting' | 'completed' | 'failed' | 'degraded' | 'absent';
  word: string;
  /** Its output is what one wants to see now. */
  telling: boolean;
}

interface Now {
  /** A task on this host is under way. */
  active: boolean;
  /** What was asked of that task, as far as this screen knows. */
  chosen: ReadonlySet<StepId>;
}

const planned: Record<PrepareStep['state'], Pick<StepView, 'status' | 'word'>> = {
  needed: { status: 'absent', word: 'To do' },
  'in-place': { status: 'completed', word: 'In place' },
  impossible: { status: 'degraded', word: 'Not possible' },
};

type Shown = Omit<StepView, 'step' | 'run'>;

/** A step that is needed still, although or because it ran. */
const unsettled: Partial<Record<PrepareRun['state'], Shown>> = {
  failed: { status: 'failed', word: 'Failed', telling: true },
  cancelled: { status: 'degraded', word: 'Interrupted', telling: true },
};

const waiting: Shown = { status: 'stopped', word: 'Waiting', telling: false };
const done: Shown = { status: 'completed', word: 'Done', telling: false };

function shown({ id, state }: PrepareStep, run: PrepareRun | null, { active, chosen }: Now): Shown {
  if (run?.state === 'running') return { status: 'starting', word: 'Running', telling: true };
  const asMeasured = { ...planned[state], telling: false };
  if (state !== 'needed') return asMeasured;
  if (active && run?.state === 'done') return done;
  if (active && chosen.has(id)) return waiting;
  return (run === null ? undefined : unsettled[run.state]) ?? asMeasured;
}

export function stepViews(plan: PreparePlan, runs: readonly PrepareRun[], now: Now): StepView[] {
  return plan.steps.map((step) => {
    const run = runs.find(({ id }) => id === step.id) ?? null;
    return { step, run, ...shown(step, run, now) };
  });
}

/** Steps that would run: needed, and not taken out of the choice. */
export function chosenSteps(plan: PreparePlan, left: ReadonlySet<StepId>): StepId[] {
  return plan.steps.filter(({ id, state }) => state === 'needed' && !left.has(id)).map(({ id }) => id);
}

/** The step that stopped the work, and every chosen one behind it: what a resume runs. */
export function resumeSteps(views: readonly StepView[], left: ReadonlySet<StepId>): StepId[] {
  const from = views.findIndex(({ status, word }) => status === 'failed' || word === 'Interrupted');
  if (from < 0) return [];
  return views
    .slice(from)
    .filter(({ step }, index) => step.state === 'needed' && (index === 0 || !left.has(step.id)))
    .map(({ step }) => step.id);
}

/** Nothing is left that could be done here. */
export function allInPlace({ steps }: PreparePlan): boolean {
  return steps.every(({ state }) => state === 'in-place');
}

/** The newest task of preparing this host, running or ended. */
export function prepareTaskOf(tasks: readonly Task[], hostId: string): Task | null {
  const own = tasks.filter((task) => task.kind === 'prepare' && task.hostId === hostId);
  return [...own].sort((left, right) => right.startedAt - left.startedAt)[0] ?? null;
}
