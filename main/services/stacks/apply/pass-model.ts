import type { ContainerDetail, EnginePort } from '../../hosts/engine';
import type { HostSession } from '../../hosts/host-session';
import type { Log } from '../../log';
import type { ComposeProject } from '../compose-file/model';
import type { Environment } from '../plan/file-objects';
import type { Decisions, ObservedProject } from '../plan/model';
import type { EventHub } from './engine-events';
import type { ApplyDeps, ApplyTiming } from './model';
import type { Reporter } from './report';

/** A container that made room for its successor and is kept, stopped, until the successor has proved itself. */
export interface Replaced {
  service: string;
  name: string;
  oldId: string;
  wasSound: boolean;
}

/**
 * One walk from an observation to the wanted state. An engine restart ends the pass and begins
 * another one from a new observation, so nothing in here needs to survive a lost engine.
 */
export interface Pass {
  project: ComposeProject;
  observed: ObservedProject;
  decisions: Decisions;
  session: HostSession;
  engine: EnginePort;
  /** Null where nothing can be delivered. */
  delivery: ApplyDeps['delivery'] | null;
  /** Runs a program on this machine, where the files of the stack are. */
  runHere: HostSession['run'];
  log: Log;
  /** What a program said, without the secrets of the project. */
  mask: (output: string) => string;
  environment: Environment;
  journalId: string;
  reporter: Reporter;
  events: EventHub;
  timing: ApplyTiming;
  skip: Record<string, string>;
  /** Aborts by the user, by a broken lock or because the engine was lost. */
  signal: AbortSignal;
  replaced: Replaced[];
  probe: (service: string, containerId: string, signal: AbortSignal) => Promise<boolean | null>;
  execLimit: <T>(work: () => Promise<T>) => Promise<T>;
  createLimit: <T>(work: () => Promise<T>) => Promise<T>;
  startLimit: <T>(work: () => Promise<T>) => Promise<T>;
  pullLimit: <T>(work: () => Promise<T>) => Promise<T>;
  buildLimit: <T>(work: () => Promise<T>) => Promise<T>;
  /** Runs a named step and writes its begin and end into the journal. */
  step: <T>(id: string, detail: string, work: () => Promise<T>) => Promise<T>;
  /** Keeps in the journal that a container was healthy, so that the next apply needn't ask again. */
  proved: (container: ContainerDetail) => void;
  /** Pulls or builds a service's image although the plan found it; shared by services of one image. */
  regainImage: (service: string) => Promise<void>;
  /** Shared by builds with the same base. */
  bases: Map<string, Promise<void>>;
}
