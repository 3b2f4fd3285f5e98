import { useEffect, useRef, useState } from 'react';
import type { PreparePlan, PrepareRun, PrepareStep, Task } from '../../../preload/contract';
import { usePrepareRuns, useTasks } from '../../rpc/live';
import { usePrepareCalls, usePreparePlan } from '../../rpc/preparation';
import { chosenSteps, prepareTaskOf, resumeSteps, type StepView, stepViews } from './step-view';

type StepId = PrepareStep['id'];

export interface Preparation {
  plan: PreparePlan | null;
  /** Why the last look failed; null when it did not. */
  failure: unknown;
  looking: boolean;
  task: Task | null;
  active: boolean;
  views: StepView[];
  chosen: StepId[];
  /** Empty when nothing stopped half-way. */
  resumable: StepId[];
  choose: (step: StepId, on: boolean) => void;
  run: (steps: StepId[]) => void;
  undo: (step: StepId) => void;
  lookAgain: () => void;
  starting: boolean;
}

const nothing: readonly PrepareRun[] = [];

/** All of it lives in main: leaving and coming back finds the same work under way. */
export function usePreparation(hostId: string): Preparation {
  const task = prepareTaskOf(useTasks().items, hostId);
  const active = task !== null && task.endedAt === null;
  const look = usePreparePlan(hostId, true);
  const runs = usePrepareRuns(hostId);
  const calls = usePrepareCalls(hostId);
  // What was taken out, not what was put in: a step that turns out to be needed is chosen.
  const [left, setLeft] = useState<ReadonlySet<StepId>>(new Set());
  const [asked, setAsked] = useState<ReadonlySet<StepId>>(new Set());
  useSecondLook(task, calls.lookAgain);
  const plan = look.data ?? null;
  const views = plan === null ? [] : stepViews(plan, runs.items ?? nothing, { active, chosen: asked });
  return {
    plan,
    failure: look.isError ? look.error : null,
    looking: look.isFetching,
    task,
    active,
    views,
    chosen: plan === null ? [] : chosenSteps(plan, left),
    resumable: active ? [] : resumeSteps(views, left),
    choose: (step, on) => setLeft(on ? without(left, step) : new Set([...left, step])),
    run(steps) {
      setAsked(new Set(steps));
      calls.run.mutate(steps);
    },
    undo: (step) => calls.undo.mutate(step),
    lookAgain: () => void calls.lookAgain(),
    starting: calls.run.isPending || calls.undo.isPending,
  };
}

function without(set: ReadonlySet<StepId>, step: StepId): ReadonlySet<StepId> {
  return new Set([...set].filter((one) => one !== step));
}

/** Whatever way the work ended, the machine is measured again: only that says what is in place. */
function useSecondLook(task: Task | null, lookAgain: () => unknown) {
  const seen = useRef<string | null>(null);
  const running = task !== null && task.endedAt === null ? task.id : null;
  const look = useRef(lookAgain);
  look.current = lookAgain;
  useEffect(() => {
    if (running === null && seen.current !== null) look.current();
    seen.current = running;
  }, [running]);
}
