/** What every call of the stacks room works with: its dependencies, the definition that is meant and its engine. */
import { join } from 'node:path';
import { createNotifier, type Notifier } from '../../streams/notifier';
import type { DeliveryService } from '../delivery/face';
import { isAway } from '../errors';
import type { HostsService } from '../hosts/face';
import type { HostSession } from '../hosts/host-session';
import type { Log } from '../log';
import type { SettingsService } from '../settings/face';
import type { ApplyDeps } from './apply/face';
import { loadCompose } from './compose-file';
import type { LoadedCompose } from './compose-file/model';
import type { ApplyOutcome, OnStack } from './face';
import { createJournal } from './journal/journal';
import type { Journal } from './journal/model';
import { type Anticipation, createAnticipation } from './plan/lists';
import { createReadings, type Readings } from './registry/readings';
import { createStackRegistry, type StackRegistry } from './registry/registry';
import { rememberLoads } from './registry/remembered-load';

/** Makes the outside probes of a stack's services: true when healthy, null for one without. Wired to the health room by console.ts. */
export type StackProbe = (target: Pick<Target, 'session' | 'loaded'>) => NonNullable<ApplyDeps['probe']>;

export interface StacksDeps {
  hosts: Pick<HostsService, 'session' | 'greeted'> & Partial<Pick<HostsService, 'ssh'>>;
  settings: Pick<SettingsService, 'get' | 'change' | 'onChange'>;
  /** Holds one folder per built-in stack. */
  stacksDirectory: string;
  /** Writable: journals, and copies of built-in stacks that lie where nobody may write. */
  dataDirectory: string;
  environment: Record<string, string | undefined>;
  owner: string;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: Log;
  probe?: StackProbe;
  /** Images of this machine for hosts behind SSH. */
  delivery?: Pick<DeliveryService, 'offer' | 'deliver' | 'takeIn'>;
  /** Runs a program on this machine, where the files of a stack are, whichever host is meant. */
  runHere?: HostSession['run'];
  /** Whether credentials of this machine go along when a host pulls this image. */
  signsIn?: (reference: string) => Promise<boolean>;
  timing?: ApplyDeps['timing'];
}

export interface Room {
  deps: StacksDeps;
  registry: StackRegistry;
  journal: Journal;
  readings: Readings;
  anticipation: Anticipation;
  /** Everything in this process that changes what the list of stacks shows. */
  changes: Notifier;
}

/** A definition together with the engine it is for. */
export interface Target {
  on: OnStack;
  loaded: LoadedCompose;
  session: HostSession;
}

export function createRoom(deps: StacksDeps): Room {
  const changes = createNotifier();
  deps.settings.onChange(() => changes.notify());
  const load = rememberLoads(loadCompose, deps.now);
  return {
    deps,
    changes,
    registry: createStackRegistry({ ...deps, load }),
    journal: createJournal(join(deps.dataDirectory, 'journal')),
    readings: createReadings(deps.now),
    anticipation: createAnticipation(deps.now),
  };
}

export async function load({ registry }: Room, stackId: string): Promise<LoadedCompose> {
  return registry.load(await registry.entry(stackId));
}

/** Undoing and removing need the name alone: a file that was broken since must not stand in their way. */
export async function projectName({ registry }: Room, stackId: string): Promise<string> {
  return registry.projectName(await registry.entry(stackId));
}

export async function named(room: Room, on: OnStack, signal?: AbortSignal) {
  const [project, session] = await Promise.all([
    projectName(room, on.stackId),
    room.deps.hosts.greeted(on.hostId, signal),
  ]);
  return { project, session };
}

/**
 * For a change: the session of a host whose link is away just now, too, if it was there before, as what is done on
 * it waits for the link. Rejects as `HostsService.greeted` for a host that was never reached.
 */
export async function reached({ deps }: Room, hostId: string, signal: AbortSignal): Promise<HostSession> {
  try {
    return await deps.hosts.greeted(hostId, signal);
  } catch (error) {
    if (!isAway(error)) throw error;
    const session = await deps.hosts.ssh?.(hostId, signal).catch(() => undefined);
    if (session === undefined || session.link.report().handshakes === 0) throw error;
    return session;
  }
}

export async function target(room: Room, on: OnStack, signal?: AbortSignal): Promise<Target> {
  const [loaded, session] = await Promise.all([
    load(room, on.stackId),
    room.deps.hosts.greeted(on.hostId, signal),
  ]);
  return { on, loaded, session };
}

/** Work that leaves a mark in the journal or in the number of containers, whatever comes of it. */
export async function marking(room: Room, work: () => Promise<ApplyOutcome>): Promise<ApplyOutcome> {
  try {
    return await work();
  } finally {
    room.changes.notify();
  }
}

export function applyDeps({ deps, journal }: Room, session: HostSession): ApplyDeps {
  const { log, owner, now, environment, timing, delivery, runHere } = deps;
  return {
    ...{ session, journal, log, owner, now, environment },
    ...(timing !== undefined && { timing }),
    ...(delivery !== undefined && { delivery }),
    ...(runHere !== undefined && { runHere }),
  };
}

export function probing(room: Room, { loaded, session }: Target): ApplyDeps {
  const base = applyDeps(room, session);
  const { probe } = room.deps;
  if (probe === undefined) return base;
  // Made when it is needed: an apply that changes nothing asks nobody.
  let ask: ApplyDeps['probe'];
  return {
    ...base,
    probe: (...about) => {
      ask ??= probe({ loaded, session });
      return ask(...about);
    },
  };
}
