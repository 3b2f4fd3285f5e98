/**
 * The apply room: carries a plan out on the engine, as parallel as the dependency graph allows,
 * and what goes with it: act, remove, undo, each inside the frame of change.ts. Every function takes what it needs in `ApplyDeps`.
 */
import type { DeliveryService } from '../../delivery/face';
import type { HostSession } from '../../hosts/host-session';
import type { Log } from '../../log';
import type { ComposeProject } from '../compose-file/model';
import type { Journal, LinkEntry } from '../journal/model';
import type { Decisions, ObservedProject } from '../plan/model';

export interface ApplyTiming {
  /** A gate waits at least this long before it gives up; default 60 000. */
  gateFloorMs: number;
  /** First pause between own health probes; default 50. */
  probeFirstMs: number;
  /** Longest pause between own health probes during the first ten seconds; default 250. */
  probeCeilingMs: number;
  /** How long a container without a health check must stay up to count; default 1 000. */
  settleMs: number;
  /** How long a restarting engine is waited for; default 60 000. */
  engineReturnMs: number;
  /** How long a lost link to the engine's machine is waited for; default 30 minutes. */
  linkReturnMs: number;
}

export interface ApplyDeps {
  session: HostSession;
  journal: Journal;
  log: Log;
  /** Named in the lock: `Platform.owner`. */
  owner: string;
  now: () => number;
  /** For secrets and configs taken from the environment. */
  environment: Record<string, string | undefined>;
  /**
   * Outside probe of a service (`x-bizosaas.probe`): true when healthy. Null when the service has
   * none: then its own health check is run inside the container.
   */
  probe?: (service: string, containerId: string, signal: AbortSignal) => Promise<boolean | null>;
  timing?: Partial<ApplyTiming>;
  /** Images of this machine for a host behind SSH. */
  delivery?: Pick<DeliveryService, 'offer' | 'deliver' | 'takeIn'>;
  /** Runs a program on this machine, whatever host the session is of; default: the session's. */
  runHere?: HostSession['run'];
  /** What became of the link while the change was looked into: the first lines of its journal. */
  early?: readonly LinkEntry[];
}

export interface ApplyRequest {
  stackId: string;
  project: ComposeProject;
  /** Empty means all. Their dependencies come along. */
  services: string[];
  /** Service → why it is left out (a failed pre-flight check); it counts as failed, its dependants as blocked. */
  skip?: Record<string, string>;
  removeOrphans?: boolean;
  /** Journal of the interrupted change this one continues, or takes the place of; its lock may be taken over. */
  continues?: string;
  /** What the caller saw of the engine just now. Changes are decided anew under the lock. */
  seen?: View;
}

/** One look at the engine and what follows from it. */
export interface View {
  observed: ObservedProject;
  decisions: Decisions;
}

export interface UndoRequest {
  stackId: string;
  /** Compose project name; the file isn't needed to undo. */
  project: string;
  journalId: string;
}

export interface RemoveRequest {
  stackId: string;
  project: string;
  /** Named and anonymous volumes of the project too. */
  volumes: boolean;
  /** Journal of the interrupted removal this one continues; its lock may be taken over. */
  continues?: string;
  /** Journal of an interrupted change of another kind: nothing of it is left to continue after a removal. */
  replaces?: string;
}

export interface ActRequest {
  stackId: string;
  project: ComposeProject;
  /** Empty means all. */
  services: string[];
  action: 'start' | 'stop' | 'restart';
  /** Journal of the interrupted one of the same kind; its lock may be taken over, and it ends where this is on all its services. */
  continues?: string;
  /** Services that the interrupted one has acted on already. */
  done?: string[];
}
