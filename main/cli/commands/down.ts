/** `bizosaas down`: removes the containers and networks of a stack; its volumes only when asked for. */
import { DomainError } from '../../services/errors';
import { formatBytes, plural } from '../../words/quantities';
import type { CommandRun } from '../context';
import type { ExitCode } from '../exit-codes';
import { type LockWords, runPastLock } from '../lock-decision';
import { type Opened, openReachable, withConsole } from '../open';
import { formatElapsed } from '../render/elapsed';
import { runTask } from '../run-task';
import type { Terminal } from '../terminal';
import { reportTask } from './up';

export const runDown: CommandRun<LockWords & { volumes: boolean }> = (context) =>
  withConsole(context, async (console): Promise<ExitCode> => {
    const { terminal, options, volumes } = context;
    const opened = await openReachable(console, terminal, options);
    // Nothing but the engine says what belongs to the project then: it is named whoever answers.
    if (!options.yes || opened.unreadable !== null) await preview(opened, terminal, volumes);
    if (!options.yes) await confirm(opened, terminal);
    const words = { kind: 'remove' as const, title: `Remove ${opened.project}`, json: options.json };
    return runPastLock(
      { ...context, opened, report: (task) => reportTask(task, terminal, options.json) },
      () =>
        runTask(opened, terminal, words, async (progress, signal) => {
          return (await console.services.stacks.remove(opened.on, { volumes }, progress, signal)).summary;
        }),
    );
  });

async function preview(
  { console, on, project }: Opened,
  terminal: Terminal,
  volumes: boolean,
): Promise<void> {
  const seen = await console.services.stacks.removalPreview(on);
  const lines = [
    `Removed will be of ${project}:`,
    ...named('container', seen.containers),
    ...named('network', seen.networks),
    ...seen.volumes.map(
      (volume) => `  volume ${volume.name}, ${volumeText(volume, terminal.now(), volumes)}`,
    ),
  ];
  terminal.note(`${lines.join('\n')}\n`);
}

function named(kind: string, names: string[]): string[] {
  const counted = plural(names.length, kind);
  return [names.length === 0 ? `  ${counted}` : `  ${counted}: ${names.join(', ')}`];
}

/** Rejects with CONFIRMATION_MISMATCH when the project's name is not typed. */
async function confirm({ project }: Opened, terminal: Terminal): Promise<void> {
  const typed = await terminal.ask(`Type ${project} to confirm: `);
  if (typed?.trim() === project) return;
  const message =
    typed === null
      ? `Removing needs a confirmation, and nobody is there to type it. Add --yes to go without.`
      : `The typed name does not match. To confirm, type ${project}.`;
  throw new DomainError('CONFIRMATION_MISMATCH', { expected: project }, message);
}

interface PreviewedVolume {
  sizeBytes: number | null;
  createdAt: number | null;
}

function volumeText({ sizeBytes, createdAt }: PreviewedVolume, now: number, removed: boolean): string {
  const size = sizeBytes === null ? 'size unknown' : formatBytes(sizeBytes);
  const age = createdAt === null ? 'age unknown' : `${formatElapsed(now - createdAt)} old`;
  return `${size}, ${age}: ${removed ? 'its data is lost' : 'kept'}`;
}
