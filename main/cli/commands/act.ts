/** `bizosaas stop|start|restart`: single services, or all of the stack. */
import type { CommandRun } from '../context';
import type { ExitCode } from '../exit-codes';
import { type LockWords, runPastLock } from '../lock-decision';
import { openReachable, withConsole } from '../open';
import { runTask } from '../run-task';
import { reportTask } from './up';

export type Action = 'start' | 'stop' | 'restart';

const VERBS: Record<Action, string> = { start: 'Start', stop: 'Stop', restart: 'Restart' };

export const runAct: CommandRun<LockWords & { services: string[]; action: Action }> = (context) =>
  withConsole(context, async (console): Promise<ExitCode> => {
    const { terminal, options, action, services } = context;
    const opened = await openReachable(console, terminal, options);
    const what = services.length > 0 ? services.join(', ') : opened.project;
    const words = { kind: action, title: `${VERBS[action]} ${what}`, json: options.json };
    return runPastLock(
      { ...context, opened, report: (task) => reportTask(task, terminal, options.json) },
      () =>
        runTask(opened, terminal, words, async (progress, signal) => {
          return (await console.services.stacks.act(opened.on, services, action, progress, signal)).summary;
        }),
    );
  });
