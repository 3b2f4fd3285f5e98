/** Prepare room: measures a machine behind SSH, plans idempotent steps, runs the chosen ones there. */
import type { PreparePlan, PrepareRun, PrepareStep } from '../../../preload/contract';
import { DomainError, isDomainError, toFailure } from '../errors';
import type { HostsService } from '../hosts/face';
import type { SshSession } from '../hosts/ssh/face';
import type { Log } from '../log';
import type { ApplyProgress } from '../stacks/face';
import { assess } from './assess';
import type { PrepareService } from './face';
import { type MachineFacts, MEASURE_SCRIPT, parseFacts } from './facts';
import { FIREWALL_CONFIRM } from './firewall';
import { createStepRecords } from './records';
import { runStep } from './remote-step';
import { planSteps, rootOf } from './steps';

/** Lines of a step's output that are kept. */
const OUTPUT_KEPT = 200;
const EXCERPT_LINES = 5;

export interface PrepareDeps {
  hosts: HostsService;
  /** Writable; one file per host. */
  directory: string;
  now: () => number;
  log: Log;
}

export function createPrepareService(deps: PrepareDeps): PrepareService {
  const records = createStepRecords(deps.directory, deps.log);

  async function measure(session: SshSession, signal?: AbortSignal): Promise<MachineFacts> {
    const { stdout } = await session.run('sh', ['-c', MEASURE_SCRIPT], signal);
    return parseFacts(stdout, deps.now());
  }

  async function plan(hostId: string, signal?: AbortSignal): Promise<PreparePlan> {
    const session = await deps.hosts.ssh(hostId, signal);
    const facts = await measure(session, signal);
    return {
      hostId,
      machine: session.endpoint,
      at: deps.now(),
      root: rootOf(facts),
      assessment: assess(facts),
      steps: planSteps(facts),
    };
  }

  /** Keeps the record true while the script runs, and whatever way it ends. */
  async function recorded(
    hostId: string,
    step: PrepareStep,
    work: (take: (line: string) => void) => Promise<number>,
  ): Promise<PrepareRun> {
    const run: PrepareRun = {
      id: step.id,
      title: step.title,
      state: 'running',
      startedAt: deps.now(),
      endedAt: null,
      exitCode: null,
      output: [],
    };
    let shown = run;
    const put = (change: Partial<PrepareRun>) => {
      shown = { ...shown, ...change };
      return records.put(hostId, shown);
    };
    const take = (line: string) => void put({ output: [...shown.output, line].slice(-OUTPUT_KEPT) });
    await put({});
    await records.save(hostId);
    try {
      const exitCode = await work(take);
      await put({ state: exitCode === 0 ? 'done' : 'failed', exitCode });
      return shown;
    } catch (error) {
      const wasCancelled = isDomainError(error) && error.code === 'CANCELLED';
      await put({ state: wasCancelled ? 'cancelled' : 'failed' });
      if (!wasCancelled) take(toFailure(error).message);
      throw error;
    } finally {
      await put({ endedAt: deps.now() });
      await records.save(hostId);
    }
  }

  async function runOne(
    hostId: string,
    step: PrepareStep,
    progress: ApplyProgress,
    signal: AbortSignal,
  ): Promise<void> {
    const session = () => deps.hosts.ssh(hostId, signal);
    const run = await recorded(hostId, step, async (take) => {
      const told = (line: string) => {
        take(line);
        progress.phase(`${step.title}: ${line}`, null, null);
      };
      const { exitCode } = await runStep(session, step, told, signal);
      if (exitCode === 0) await settle(step, await session());
      return exitCode;
    });
    if (run.state === 'failed') throw failed(step, run);
  }

  return {
    plan,
    async run(hostId, chosen, progress, signal) {
      const { steps } = await plan(hostId, signal);
      const wanted = steps.filter(({ id, state }) => chosen.includes(id) && state !== 'in-place');
      const blocked = wanted.find(({ state }) => state === 'impossible');
      if (blocked) throw impossible(blocked);
      for (const [done, step] of wanted.entries()) {
        progress.phase(step.title, done, wanted.length);
        await runOne(hostId, step, progress, signal);
      }
      return wanted.length === 0
        ? 'Everything chosen is in place.'
        : `${wanted.map(({ title }) => title).join('; ')}: done.`;
    },
    async undo(hostId, id, progress, signal) {
      const { steps } = await plan(hostId, signal);
      const step = steps.find((one) => one.id === id);
      if (step === undefined || step.undo.length === 0) throw notUndoable(id);
      const taken: PrepareStep = { ...step, title: `Take back: ${step.title}`, commands: step.undo };
      progress.phase(taken.title, null, null);
      await runOne(hostId, taken, progress, signal);
      const run = await records.get(hostId, id);
      if (run) await records.put(hostId, { ...run, state: 'undone' });
      await records.save(hostId);
      return `${taken.title}: done.`;
    },
    watch: (hostId, signal) => records.watch(hostId, signal),
  };
}

/** What a step needs after its script: membership of a group and open ports hold for new connections only. */
async function settle({ id, commands }: PrepareStep, session: SshSession): Promise<void> {
  if (id === 'access') session.renew('membership of the group docker holds for new connections');
  if (id !== 'firewall' || !commands.some((command) => command.includes('--on-active'))) return;
  await session.withBulk(async (bulk) => {
    const program = await bulk.open('true');
    program.stream.resume();
    await program.ended;
  });
  await session.runAsRoot(FIREWALL_CONFIRM, {});
}

function failed(step: PrepareStep, run: PrepareRun): DomainError {
  const last = run.output.slice(-EXCERPT_LINES).join('\n');
  const detail = `"${step.title}" ended with exit code ${run.exitCode}. ${last}`;
  return new DomainError('CONFLICT', { what: step.title, detail }, detail);
}

function impossible(step: PrepareStep): DomainError {
  return new DomainError(
    'CONFLICT',
    { what: step.title, detail: step.reason },
    `"${step.title}": ${step.reason}`,
  );
}

function notUndoable(id: string): DomainError {
  const detail = `The step ${id} has nothing to take back.`;
  return new DomainError('CONFLICT', { what: `step ${id}`, detail }, detail);
}
