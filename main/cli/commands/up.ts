/** `bizosaas up`: pre-flight unless nothing changes, then apply with progress. */
import type { PreflightReport, Task } from '../../../preload/contract';
import type { PreparedApply } from '../../services/stacks/face';
import type { CommandContext, CommandRun } from '../context';
import { printJson } from '../context';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-codes';
import { type LockWords, runPastLock } from '../lock-decision';
import { type Opened, openToPlan, withConsole } from '../open';
import { cutOffText } from '../render/cut-off';
import { formatElapsed } from '../render/elapsed';
import { failureText } from '../render/progress';
import { runTask } from '../run-task';
import type { Terminal } from '../terminal';
import { planText } from './plan';
import { preflightText } from './preflight';

export interface UpWords extends LockWords {
  services: string[];
  removeOrphans: boolean;
}

type Up = CommandContext & UpWords;
type Unfinished = NonNullable<PreparedApply['continues']>;

export const runUp: CommandRun<UpWords> = (context) =>
  withConsole(context, async (console) => {
    const opened = await openToPlan(console, context.options);
    const { services, removeOrphans } = context;
    const prepared = await console.services.stacks.prepare(opened.on, { services, removeOrphans });
    if (prepared.continues !== null) noteContinued(prepared.continues, context.terminal);
    // Nothing to do needs neither a pre-flight nor a question: a repeated `up` stays cheap.
    const refused = prepared.plan.changed ? await look(prepared, context) : null;
    if (refused !== null) return refused;
    const report = (task: Task): ExitCode => reportTask(task, context.terminal, context.options.json);
    return runPastLock({ ...context, opened, report }, () => apply(opened, prepared, context));
  });

function noteContinued(unfinished: Unfinished, terminal: Terminal): void {
  const { change = 'apply' } = unfinished;
  const next = change === 'apply' ? 'It is continued now.' : 'This apply takes its place.';
  terminal.note(`${cutOffText(unfinished, terminal.now())} ${next}\n`);
}

/** Shows what would happen; a code when it must not go on. */
async function look(prepared: PreparedApply, context: Up): Promise<ExitCode | null> {
  const { terminal, options } = context;
  const preflight = await prepared.preflight();
  if (!options.json) terminal.note(`${preflightText(preflight)}\n${planText(prepared.plan)}\n`);
  const whole = preflight.checks.some(({ result, services }) => result === 'fail' && services.length === 0);
  if (whole) return refuse(preflight, context);
  if (options.yes || (options.json && preflight.result !== 'fail')) return null;
  return ask(preflight, context);
}

function refuse(preflight: PreflightReport, { terminal, options }: Up): ExitCode {
  if (options.json) printJson(terminal, { preflight });
  return EXIT.PREFLIGHT_FAILED;
}

/** Without a person to ask, warnings stay in the log and the work goes on; a failed check wants --yes. */
async function ask(preflight: PreflightReport, context: Up): Promise<ExitCode | null> {
  const { result } = preflight;
  if (result === 'pass') return null;
  const question =
    result === 'fail' ? 'Some services cannot come up. Start the others? [y/N] ' : 'Start? [Y/n] ';
  const answer = context.options.json ? null : await context.terminal.ask(question);
  if (answer === null && result === 'warn') return null;
  if (answer === null) {
    context.terminal.note('Some services cannot come up. Add --yes to start the others.\n');
    return refuse(preflight, context);
  }
  return isYes(answer, result === 'warn') ? null : EXIT.CANCELLED;
}

function isYes(answer: string, unless: boolean): boolean {
  const word = answer.trim().toLowerCase();
  return word === '' ? unless : word.startsWith('y');
}

function apply(opened: Opened, prepared: PreparedApply, { terminal, options }: Up): Promise<Task> {
  const words = { kind: 'apply' as const, title: `Apply ${opened.project}`, json: options.json };
  return runTask(opened, terminal, words, async (progress, signal) => {
    return (await prepared.apply(progress, signal)).summary;
  });
}

/** Says how a task ended and turns that into a code. */
export function reportTask(task: Task, terminal: Terminal, json: boolean): ExitCode {
  if (json) printJson(terminal, task);
  else for (const line of endingLines(task)) terminal.note(`${line}\n`);
  switch (task.status.state) {
    case 'succeeded':
      return EXIT.OK;
    case 'cancelled':
      return EXIT.CANCELLED;
    case 'failed':
      return exitCodeOf(task.status.failure.code);
    default:
      return EXIT.FAILED;
  }
}

function endingLines(task: Task): string[] {
  const took = formatElapsed((task.endedAt ?? task.startedAt) - task.startedAt);
  const { status } = task;
  if (status.state === 'failed') {
    return [failureText(task.services), `${status.failure.message} (${took})`].filter((line) => line !== '');
  }
  if (status.state === 'succeeded' || status.state === 'cancelled') return [`${status.summary} (${took})`];
  return [];
}
