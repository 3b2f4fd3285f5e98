/** `bizosaas prepare`: makes a bare machine behind SSH ready for the platform, step by step and only when told to. */
import { type PreparePlan, type PrepareStep, prepareStepSchema } from '../../../preload/contract';
import type { Console } from '../../console';
import { DomainError } from '../../services/errors';
import type { PrepareService } from '../../services/prepare/face';
import type { ApplyProgress } from '../../services/stacks/face';
import { type CommandContext, type CommandRun, printJson } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { findHost, withConsole } from '../open';
import { assessmentText, indented, stepProgress, stepText } from '../render/prepare';
import { runTask } from '../run-task';
import { reportTask } from './up';

export interface PrepareWords {
  /** Step ids; empty means every step that is needed. */
  steps: string[];
  /** A step to take back instead. */
  undo: string | null;
  planOnly: boolean;
}

type Prepare = CommandContext & PrepareWords;
type Work = (progress: ApplyProgress, signal: AbortSignal) => Promise<string>;

/** A log file has no width; nothing is cut there. */
const UNCUT_COLUMNS = 10_000;

export const runPrepare: CommandRun<PrepareWords> = (context) =>
  withConsole(context, async (console): Promise<ExitCode> => {
    const asked = context.steps.map(stepId);
    const undone = context.undo === null ? null : stepId(context.undo);
    const { id: hostId } = await findHost(console, context.options.host);
    const { prepare } = console.services;
    const plan = await prepare.plan(hostId);
    if (undone !== null) return takeBack({ console, plan, prepare }, undone, context);
    return prepareMachine({ console, plan, prepare }, asked, context);
  });

interface Looked {
  console: Console;
  plan: PreparePlan;
  prepare: PrepareService;
}

async function prepareMachine(
  looked: Looked,
  asked: PrepareStep['id'][],
  context: Prepare,
): Promise<ExitCode> {
  const { plan, prepare } = looked;
  const meant = plan.steps.filter(({ id }) => asked.length === 0 || asked.includes(id));
  const needed = meant.filter(({ state }) => state === 'needed').map(({ id }) => id);
  const allPossible = meant.every(({ state }) => state !== 'impossible');
  const nothing = allPossible ? EXIT.OK : EXIT.FAILED;
  if (needed.length === 0 || !(await agreed(context, planText(plan, meant, context), plan)))
    return needed.length === 0 ? showAnd(nothing, plan, meant, context) : EXIT.CHANGE_PENDING;
  const work: Work = (progress, signal) => prepare.run(plan.hostId, needed, progress, signal);
  const code = await run(looked, { title: `Prepare ${plan.machine}`, work }, context);
  return code === EXIT.OK ? nothing : code;
}

function showAnd(code: ExitCode, plan: PreparePlan, meant: PrepareStep[], context: Prepare): ExitCode {
  const { terminal, options } = context;
  if (options.json) printJson(terminal, plan);
  else terminal.out(planText(plan, meant, context));
  return code;
}

async function takeBack(looked: Looked, id: PrepareStep['id'], context: Prepare): Promise<ExitCode> {
  const { plan, prepare } = looked;
  const commands = plan.steps.find((step) => step.id === id)?.undo ?? [];
  const words = `Taken back on ${plan.machine}: ${id}\n${indented(commands).join('\n')}`;
  if (commands.length > 0 && !(await agreed(context, words, plan))) return EXIT.CHANGE_PENDING;
  const work: Work = (progress, signal) => prepare.undo(plan.hostId, id, progress, signal);
  return run(looked, { title: `Take back ${id} on ${plan.machine}`, work }, context);
}

/** Nothing runs as root on somebody's machine without a yes; a script gives it with --yes. */
async function agreed(
  { terminal, options, planOnly }: Prepare,
  words: string,
  plan: PreparePlan,
): Promise<boolean> {
  if (options.json && (planOnly || !options.yes)) printJson(terminal, plan);
  else if (!options.json) terminal.out(words);
  if (planOnly) return false;
  if (options.yes) return true;
  const typed = options.json ? null : await terminal.ask('Run this as root? Type yes: ');
  if (typed?.trim().toLowerCase() === 'yes') return true;
  terminal.note('Nothing was run. Add --yes to run it without a question.\n');
  return false;
}

async function run(
  { console, plan }: Looked,
  { title, work }: { title: string; work: Work },
  { terminal, options }: Prepare,
): Promise<ExitCode> {
  const phase = stepProgress(terminal, options.json);
  // The steps' own lines are shown, and no bars for services there are none of.
  const words = { kind: 'prepare' as const, title, json: true };
  const on = { hostId: plan.hostId, stackId: null };
  const task = await runTask({ console, on }, terminal, words, (progress, signal) => {
    const told: ApplyProgress['phase'] = (name, done, total) => {
      progress.phase(name, done, total);
      phase(name, done, total);
    };
    return work({ phase: told, service: progress.service }, signal);
  });
  return reportTask(task, terminal, options.json);
}

function planText(plan: PreparePlan, steps: PrepareStep[], { terminal }: Prepare): string {
  const width = terminal.live ? terminal.columns : UNCUT_COLUMNS;
  return [assessmentText(plan, width), ...steps.map(stepText)].join('\n\n');
}

/** Rejects with INVALID_INPUT. */
function stepId(word: string): PrepareStep['id'] {
  const { id } = prepareStepSchema.shape;
  const parsed = id.safeParse(word);
  if (parsed.success) return parsed.data;
  const detail = `There is no step "${word}"; the steps are ${id.options.join(', ')}.`;
  throw new DomainError('INVALID_INPUT', { field: 'step', detail }, detail);
}
