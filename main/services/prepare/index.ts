/** Prepare room: measures a machine behind SSH, plans idempotent steps, runs the chosen ones there. */
import type { PreparePlan, PrepareStep } from '../../../preload/contract';
import { DomainError } from '../errors';
import type { HostsService } from '../hosts/face';
import type { SshSession } from '../hosts/ssh/face';
import type { Log } from '../log';
import { assess } from './assess';
import type { PrepareService } from './face';
import { type MachineFacts, MEASURE_SCRIPT, parseFacts } from './facts';
import { REVERT_SECONDS } from './firewall';
import { createStepRecords } from './records';
import { createStepRunner } from './run-steps';
import { planSteps, rootOf } from './steps';

/** Of the time a firewall waits to be confirmed, what is left for the last attempt to arrive. */
const CONFIRM_MARGIN_MS = 10_000;

export interface PrepareDeps {
  hosts: Pick<HostsService, 'ssh'>;
  /** Writable; one file per host. */
  directory: string;
  now: () => number;
  log: Log;
  /** Default: a minute, and ten seconds less. */
  timing?: { revertSeconds: number; confirmMs: number };
}

export function createPrepareService({ hosts, directory, now, log, timing }: PrepareDeps): PrepareService {
  const { revertSeconds, confirmMs } = timing ?? {
    revertSeconds: REVERT_SECONDS,
    confirmMs: REVERT_SECONDS * 1000 - CONFIRM_MARGIN_MS,
  };
  const records = createStepRecords(directory, log);
  const runStep = createStepRunner({ ssh: (hostId) => hosts.ssh(hostId), records, now, confirmMs });

  async function measure(session: SshSession, signal?: AbortSignal): Promise<MachineFacts> {
    const { stdout } = await session.run('sh', ['-c', MEASURE_SCRIPT], signal);
    return parseFacts(stdout, now());
  }

  async function look(hostId: string, signal?: AbortSignal) {
    const session = await hosts.ssh(hostId, signal);
    const facts = await measure(session, signal);
    return { facts, machine: machineOf(session), steps: planSteps(facts, { revertSeconds }) };
  }

  return {
    async plan(hostId, signal): Promise<PreparePlan> {
      const { facts, machine, steps } = await look(hostId, signal);
      return { hostId, machine, at: now(), root: rootOf(facts), assessment: assess(facts), steps };
    },
    async run(hostId, chosen, progress, signal) {
      const { steps } = await look(hostId, signal);
      const wanted = steps.filter(({ id, state }) => chosen.includes(id) && state !== 'in-place');
      const blocked = wanted.find(({ state }) => state === 'impossible');
      if (blocked) throw refused(blocked.title, blocked.reason);
      for (const [done, step] of wanted.entries()) {
        progress.phase(step.title, done, wanted.length);
        await runStep({ step, undoes: false }, { hostId, progress, signal });
      }
      if (wanted.length === 0) return 'Everything chosen is in place.';
      return `${wanted.map(({ title }) => title).join('; ')}: done.`;
    },
    async undo(hostId, id, progress, signal) {
      const { facts, steps } = await look(hostId, signal);
      const step = steps.find((one) => one.id === id);
      if (step === undefined || step.undo.length === 0 || !facts.applied.includes(id))
        throw refused(`step ${id}`, 'no console has put it there, or it cannot be taken back.');
      if (rootOf(facts) === 'none') throw refused(`step ${id}`, `${facts.user} may not use sudo.`);
      const taken: PrepareStep = {
        ...{ ...step, title: `Take back: ${step.title}`, commands: step.undo, confirm: [] },
      };
      progress.phase(taken.title, null, null);
      await runStep({ step: taken, undoes: true }, { hostId, progress, signal });
      return `${taken.title}: done.`;
    },
    watch: (hostId, signal) => records.watch(hostId, signal),
  };
}

function machineOf({ endpoint }: SshSession): string {
  return endpoint.replace(/^ssh:\/\//, '');
}

function refused(what: string, reason: string): DomainError {
  return new DomainError('CONFLICT', { what, detail: reason }, `"${what}": ${reason}`);
}
