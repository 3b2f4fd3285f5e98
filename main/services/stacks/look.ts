/** One observation of the engine gives both the plan and the start of an apply: an unchanged stack is looked at once. */
import type { Plan, PreflightReport } from '../../../preload/contract';
import { raceSignal } from '../../streams/abortable';
import { DomainError } from '../errors';
import type { HostSession } from '../hosts/host-session';
import { applyProject } from './apply/apply';
import type { ApplyDeps } from './apply/face';
import { lookBefore } from './apply/look-before';
import type { View } from './apply/model';
import type { ComposeWarning } from './compose-file/model';
import type { ApplyOptions, ApplyOutcome, ApplyProgress, OnStack, PreparedApply } from './face';
import { readLock } from './lock/lock';
import { decide } from './plan/decide';
import { engineWarnings } from './plan/engine-warnings';
import { observe } from './plan/observe';
import { observeOffers } from './plan/offers';
import { toPlan } from './plan/plan';
import { preflight } from './preflight';
import { skipsFor } from './preflight/gate';
import { unfinishedOf } from './registry/describe';
import {
  applyDeps,
  load,
  marking,
  probing,
  projectName,
  type Room,
  reached,
  type Target,
  target,
} from './room';

/** A person may have thought about the report for longer than ports and disks stay as they were. */
const PREFLIGHT_BELIEVED_MS = 5_000;

type FullOptions = ApplyOptions & { continues?: string };

export function apply(
  room: Room,
  on: OnStack,
  options: FullOptions,
  { progress, signal }: { progress: ApplyProgress; signal: AbortSignal },
): Promise<ApplyOutcome> {
  return marking(room, async () => {
    const session = await reached(room, on.hostId, signal);
    const find = async (): Promise<Target> => ({ on, session, loaded: await load(room, on.stackId) });
    const about = { noun: 'apply', tell: phaseOf(progress), signal };
    const { deps, seen } = await lookBefore(applyDeps(room, session), about, () =>
      lookAt(room, on, options, { signal, find }),
    );
    return applyFrom(room, { ...seen, early: deps.early }, progress, signal);
  });
}

export async function prepare(
  room: Room,
  on: OnStack,
  options: ApplyOptions,
  signal?: AbortSignal,
): Promise<PreparedApply> {
  const continues = await cutOff(room, on, () => room.deps.hosts.greeted(on.hostId, signal));
  const full = continues === null ? options : { ...options, continues: continues.journalId };
  const look = await lookAt(room, on, full, { signal });
  return {
    plan: look.plan,
    continues,
    async preflight(preflightSignal) {
      const report = await preflight(look.found.session, look.found.loaded, room.deps, preflightSignal);
      look.preflight = { report, at: room.deps.now() };
      return report;
    },
    apply: (progress, applySignal) => marking(room, () => applyFrom(room, look, progress, applySignal)),
  };
}

/** A change without an end whose console is gone; one that is still at work holds a lock that lives. */
export async function cutOff(
  room: Room,
  on: OnStack,
  find: () => Promise<HostSession>,
): Promise<PreparedApply['continues']> {
  const project = await projectName(room, on.stackId);
  const unfinished = await unfinishedOf(room.journal, on.hostId, project);
  if (unfinished === null) return null;
  const lock = await readLock(await find(), project, room.deps.now());
  return lock === null || lock.stale ? unfinished : null;
}

/** What one observation of the engine says about an apply. */
interface Look {
  found: Target;
  options: FullOptions;
  seen: View;
  plan: Plan;
  preflight?: { report: PreflightReport; at: number };
  /** What became of the link meanwhile. */
  early?: ApplyDeps['early'];
}

export async function lookAt(
  room: Room,
  on: OnStack,
  options: FullOptions,
  { signal, find = () => target(room, on, signal) }: { signal?: AbortSignal; find?: () => Promise<Target> },
): Promise<Look> {
  const found = await find();
  const { project } = found.loaded;
  const { services, removeOrphans = false } = options;
  requireServices(project.services, services);
  const { environment } = room.deps;
  const lists = await raceSignal(room.anticipation.take(on.hostId), signal);
  const seen = await observe(found.session, project, { signal, environment, lists });
  const { delivery } = room.deps;
  const observed = await observeOffers(found.session, project, seen, { delivery, signal });
  const ofEngine = engineWarnings(project, observed.apiVersion);
  const warnings = [...found.loaded.warnings.map(describeWarning), ...ofEngine];
  const decisions = decide(project, observed, { services, removeOrphans, warnings });
  return { found, options, seen: { observed, decisions }, plan: toPlan(project, decisions) };
}

async function applyFrom(
  room: Room,
  look: Look,
  progress: ApplyProgress,
  signal: AbortSignal,
): Promise<ApplyOutcome> {
  const { found, options, seen, early = [] } = look;
  const { project } = found.loaded;
  const about = { noun: 'apply', tell: phaseOf(progress), signal };
  const { deps, seen: skip } = await lookBefore({ ...probing(room, found), early }, about, () =>
    skips(room, look, progress, signal),
  );
  const request = { ...options, stackId: found.on.stackId, project, skip, seen };
  return applyProject(deps, request, progress, signal);
}

function phaseOf(progress: ApplyProgress): (phase: string) => void {
  return (phase) => progress.phase(phase, null, null);
}

/** What can't come up is known before anything changes. An apply that changes nothing needs no such look. */
async function skips(
  room: Room,
  look: Look,
  progress: ApplyProgress,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const { found, options, plan } = look;
  if (!plan.changed && options.continues === undefined) return {};
  progress.phase('Pre-flight', null, null);
  const known = look.preflight;
  const fresh = known !== undefined && room.deps.now() - known.at < PREFLIGHT_BELIEVED_MS;
  const report = fresh ? known.report : await preflight(found.session, found.loaded, room.deps, signal);
  return skipsFor(report, found.loaded.project, options.services);
}

export function describeWarning({ file, line, path, message }: ComposeWarning): string {
  return `${file}:${line}: ${path === '' ? '' : `${path}: `}${message}`;
}

export function requireServices(defined: object, asked: string[]): void {
  const unknown = asked.find((service) => !Object.hasOwn(defined, service));
  if (unknown === undefined) return;
  const message = `The Compose file defines no service ${unknown}. It defines ${Object.keys(defined).join(', ')}.`;
  throw new DomainError('NOT_FOUND', { kind: 'service', name: unknown }, message);
}
