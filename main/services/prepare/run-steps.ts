/** Runs steps one after the other and keeps their records true, whatever way each ends. */
import type { PrepareRun, PrepareStep } from '../../../preload/contract';
import { withTimeout } from '../../streams/abortable';
import { DomainError, hasCode, toFailure } from '../errors';
import type { SshSession } from '../hosts/ssh/face';
import type { ApplyProgress } from '../stacks/face';
import { createLinkLines, type LinkLines } from './link-lines';
import type { StepRecords } from './records';
import type { StepScript } from './remote-script';
import { overLostLinks, runStep } from './remote-step';

/** Lines of a step's output that are kept. */
const OUTPUT_KEPT = 200;
const EXCERPT_LINES = 5;

export interface StepRunnerDeps {
  ssh: (hostId: string) => Promise<SshSession>;
  records: StepRecords;
  now: () => number;
  /** How long a new connection is tried for, to confirm a step: less than its rules wait. */
  confirmMs: number;
}

/** A step, or what takes it back: then `undoes` is true. */
export interface Wanted {
  step: PrepareStep;
  undoes: boolean;
}

export interface Reporting {
  hostId: string;
  progress: ApplyProgress;
  signal: AbortSignal;
}

export type StepRunner = (wanted: Wanted, reporting: Reporting) => Promise<void>;

const beginning = ({ id, title }: PrepareStep, startedAt: number): PrepareRun => ({
  ...{ id, title, state: 'running', startedAt, endedAt: null, exitCode: null, output: [] },
});

/** The answered function rejects when the step fails, with what it last printed, and as `runStep` does. */
export function createStepRunner({ ssh, records, now, confirmMs }: StepRunnerDeps): StepRunner {
  /** Over a connection made for it: whoever gets in now isn't locked out. */
  async function confirm({ confirm: commands, title }: PrepareStep, { hostId, signal }: Reporting) {
    using limit = withTimeout(confirmMs, signal);
    const work = async () => {
      const session = await ssh(hostId);
      await session.withBulk(async (bulk) => {
        const program = await bulk.open('true', limit.signal);
        program.stream.resume();
        await program.ended;
      }, limit.signal);
      return session.runAsRoot(['set -e', ...commands].join('\n'), { signal: limit.signal });
    };
    const outcome = await overLostLinks(work, () => undefined, limit.signal).catch((error: unknown) => {
      if (signal.aborted || !limit.signal.aborted) throw error;
      return null;
    });
    if (outcome?.exitCode === 0) return;
    const detail = `"${title}" took itself back: no new connection could be made in time to confirm it.`;
    throw new DomainError('CONFLICT', { what: title, detail }, detail);
  }

  async function recorded(
    step: PrepareStep,
    { hostId }: Reporting,
    work: (take: (line: string) => void, link: LinkLines) => Promise<number>,
  ): Promise<PrepareRun> {
    let shown = beginning(step, now());
    const put = (change: Partial<PrepareRun>) => {
      shown = { ...shown, ...change };
      return records.put(hostId, shown);
    };
    const take = (line: string) => void put({ output: [...shown.output, line].slice(-OUTPUT_KEPT) });
    const session = () => ssh(hostId);
    const link = createLinkLines({
      ...{ session, now },
      note: (line) => void put({ link: [...(shown.link ?? []), line] }),
    });
    await put({});
    await records.save(hostId);
    try {
      const exitCode = await work(take, link);
      link.heard();
      await put({ state: exitCode === 0 ? 'done' : 'failed', exitCode, endedAt: now() });
      return shown;
    } catch (error) {
      take(toFailure(error).message);
      await put({ state: hasCode(error, 'CANCELLED') ? 'cancelled' : 'failed', endedAt: now() });
      throw error;
    } finally {
      link.end();
      await records.save(hostId);
    }
  }

  return async ({ step, undoes }, reporting) => {
    const { hostId, progress, signal } = reporting;
    const script: StepScript = {
      id: undoes ? `${step.id}-undo` : step.id,
      commands: step.commands,
      mark: { step: step.id, as: undoes ? 'taken-back' : 'applied' },
    };
    const run = await recorded(step, reporting, async (take, link) => {
      const onLine = (line: string) => {
        take(line);
        progress.phase(`${step.title}: ${line}`, null, null);
      };
      const onWait = (reason: string) => {
        link.lost(reason);
        progress.phase(`${step.title}: goes on there; waiting for the connection (${reason})`, null, null);
      };
      const { exitCode } = await runStep(() => ssh(hostId), script, { onLine, onWait }, signal);
      if (exitCode === 0 && step.confirm.length > 0) await confirm(step, reporting);
      return exitCode;
    });
    if (run.state === 'failed') throw failed(step, run);
    // Membership of a group holds for new connections only.
    if (step.id === 'access') (await ssh(hostId)).renew('access to the engine has changed');
    if (undoes) await records.put(hostId, { ...run, state: 'undone' });
    if (undoes) await records.save(hostId);
  };
}

function failed({ title }: PrepareStep, { output, exitCode }: PrepareRun): DomainError {
  const last = output.slice(-EXCERPT_LINES).join('\n');
  const detail = `"${title}" ended with exit code ${exitCode}.\n${last}`;
  return new DomainError('CONFLICT', { what: title, detail }, detail);
}
