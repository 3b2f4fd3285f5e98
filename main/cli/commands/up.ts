/** `bizosaas up`: pre-flight unless nothing changes, then apply with progress. */
import type { Plan, Task } from '../../../preload/contract';
import type { PreparedApply } from '../../services/stacks/face';
import type { CommandContext, CommandRun } from '../context';
import { printJson } from '../context';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-codes';
import { type Opened, openStack, withConsole } from '../open';
import { failureText } from '../render/progress';
import { formatElapsed } from '../render/quantities';
import { runTask } from '../run-task';
import type { Terminal } from '../terminal';
import { planText } from './plan';
import { preflightText } from './preflight';

type Up = CommandContext & { services: string[] };

export const runUp: CommandRun<{ services: string[] }> = (context) =>
  withConsole(context.platform, async (console) => {
    const opened = await openStack(console, context.options);
    const { services } = context;
    const prepared = await console.services.stacks.prepare(opened.on, { services });
    // Nothing to do needs neither a pre-flight nor a question: a repeated `up` stays cheap.
    const refused = prepared.plan.changed ? await look(opened, prepared.plan, context) : null;
    return refused ?? report(await apply(opened, prepared, context), context);
  });

/** Shows what would happen; a code when it must not go on. */
async function look(opened: Opened, plan: Plan, context: Up): Promise<ExitCode | null> {
  const { terminal, options } = context;
  const preflight = await opened.console.services.stacks.preflight(opened.on);
  if (!options.json) terminal.note(`${preflightText(preflight)}\n${planText(plan)}\n`);
  if (preflight.checks.some(({ result, services }) => result === 'fail' && services.length === 0)) {
    if (options.json) printJson(terminal, { preflight });
    return EXIT.PREFLIGHT_FAILED;
  }
  if (options.yes || options.json) return null;
  return (await confirmed(terminal, preflight.result)) ? null : EXIT.CANCELLED;
}

/** Without a person to ask, warnings stay in the log and the work goes on; a failed check asks for --yes. */
async function confirmed(terminal: Terminal, result: 'pass' | 'warn' | 'fail'): Promise<boolean> {
  if (result === 'pass') return true;
  const question =
    result === 'fail' ? 'Some services cannot come up. Start the others? [y/N] ' : 'Start? [Y/n] ';
  const answer = (await terminal.ask(question))?.trim().toLowerCase();
  if (answer === undefined) return result === 'warn';
  return answer === '' ? result === 'warn' : answer.startsWith('y');
}

function apply(opened: Opened, prepared: PreparedApply, { terminal, options }: Up): Promise<Task> {
  const words = { kind: 'apply' as const, title: `Apply ${opened.project}`, json: options.json };
  return runTask(opened, terminal, words, async (progress, signal) => {
    return (await prepared.apply(progress, signal)).summary;
  });
}

function report(task: Task, { terminal, options }: Up): ExitCode {
  return reportTask(task, terminal, options.json);
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
