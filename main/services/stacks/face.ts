/** Public face of the stacks room: definitions, pre-flight, plan, apply and what undoes them. */
import type {
  ApplyLock,
  ApplyRecord,
  ImageWay,
  LiveUpdate,
  Plan,
  PreflightReport,
  ServiceProgress,
  Stack,
} from '../../../preload/contract';
import type { DomainError } from '../errors';
import type { HostSession } from '../hosts/host-session';
import type { ComposeProject, LoadedCompose } from './compose-file/model';

export { CHANGE_NOUNS } from './journal/model';
export { transientKind } from './plan/labels';

export interface OnStack {
  hostId: string;
  stackId: string;
}

/** Reported by long work; the tasks room turns it into task state. */
export interface ApplyProgress {
  phase(name: string, done: number | null, total: number | null): void;
  service(progress: ServiceProgress): void;
}

export interface ApplyOptions {
  /** Empty means all. Their dependencies come along. */
  services: string[];
  /** Removes containers whose service is no longer in the file; default false: they are named and kept. */
  removeOrphans?: boolean;
}

/** What came of it, per service; an apply with failed services rejects with APPLY_FAILED instead. */
export interface ApplyOutcome {
  summary: string;
  changed: boolean;
}

/** One look at the engine: what it showed, and the apply that starts from it. */
export interface PreparedApply {
  plan: Plan;
  /** A change that was cut off and which this apply continues, or takes the place of; its lock is taken over. */
  continues: Stack['unfinished'];
  /** What stands in the way of it. The apply goes by the same report, unless it has grown old by then. */
  preflight(signal?: AbortSignal): Promise<PreflightReport>;
  /** As `StacksService.apply`; where the look showed nothing to do, the engine is not asked again. */
  apply(progress: ApplyProgress, signal: AbortSignal): Promise<ApplyOutcome>;
}

/** How files given on a command line are read. */
export interface DefineOptions {
  project?: string | undefined;
  profiles?: string[] | undefined;
  envFiles?: string[] | undefined;
  /** A stack whose files can't be read is defined by its name alone; `Stack.unreadable` then says why. */
  evenUnreadable?: boolean | undefined;
}

export interface KnownProject {
  project: ComposeProject;
  /** Why the files could not be read; null when the project is what they say. */
  unreadable: DomainError | null;
}

export interface DeliveryAbout {
  hostId: string;
  /** Null for images that belong to no stack: their record stands in no history. */
  stackId: string | null;
  /** References, in the order they are delivered. */
  images: string[];
}

/** One try of a delivery; what it did not come to is left to the next one. */
export interface DeliveryAttempt {
  session: HostSession;
  /** The caller's, which also aborts when the link is lost. */
  signal: AbortSignal;
  /** Runs the delivery of one image, with its beginning and end on record. */
  step<T>(image: string, work: () => Promise<T>): Promise<T>;
}

export interface StacksService {
  list(hostId: string | null): Promise<Stack[]>;
  watch(hostId: string, signal: AbortSignal): AsyncIterable<LiveUpdate<Stack>>;
  add(files: string[], project: string | null): Promise<Stack>;
  forget(stackId: string): Promise<void>;
  /** A stack for this process alone, as `-f` names it. Validates like `add`, and settings stay as they are. */
  define(files: string[], options?: DefineOptions): Promise<Stack>;
  /** Loads and validates the files now. Rejects with INVALID_COMPOSE or NOT_FOUND. */
  load(stackId: string): Promise<LoadedCompose>;
  /**
   * The definition, or what the labels of its containers tell of it while the files can't be read: enough to
   * show, stop and start. Rejects as `load` does when there is not even a container.
   */
  known(on: OnStack, signal?: AbortSignal): Promise<KnownProject>;
  /** Yields whenever a file of the stack may have changed. */
  fileChanges(stackId: string, signal: AbortSignal): AsyncIterable<void>;
  /** Known also while the files are broken or gone. Rejects with NOT_FOUND for an unknown stack. */
  projectName(stackId: string): Promise<string>;
  /** Canonical YAML, as `docker compose config` would print it. */
  config(stackId: string): Promise<{ yaml: string; warnings: string[] }>;
  preflight(on: OnStack, signal?: AbortSignal): Promise<PreflightReport>;
  /** How every image of the stack gets to the host; changes nothing. */
  imageWays(on: OnStack, signal?: AbortSignal): Promise<ImageWay[]>;
  /** `options` default to all services and no orphan removed. */
  plan(on: OnStack, signal?: AbortSignal, options?: ApplyOptions): Promise<Plan>;
  /** Asks the engine for its lists while the definition is still being read: a look begun within a second uses them. */
  anticipate(hostId: string): void;
  prepare(on: OnStack, options: ApplyOptions, signal?: AbortSignal): Promise<PreparedApply>;
  apply(
    on: OnStack,
    options: ApplyOptions,
    progress: ApplyProgress,
    signal: AbortSignal,
  ): Promise<ApplyOutcome>;
  /** Goes on with an interrupted apply. Rejects with NOT_FOUND for another journal, or one with an end. */
  continueApply(
    on: OnStack,
    journalId: string,
    progress: ApplyProgress,
    signal: AbortSignal,
  ): Promise<ApplyOutcome>;
  /** Takes an interrupted apply back. Rejects as `continueApply` does. */
  undoApply(
    on: OnStack,
    journalId: string,
    progress: ApplyProgress,
    signal: AbortSignal,
  ): Promise<ApplyOutcome>;
  /** Ends an interrupted change of any kind, as it is. */
  dismissApply(on: OnStack, journalId: string): Promise<void>;
  history(on: OnStack): Promise<ApplyRecord[]>;
  /** A change without an end whose console is gone; null while there is none. */
  cutOff(on: OnStack): Promise<Stack['unfinished']>;
  /**
   * Frames a delivery by itself: a record of it, and patience with a link that is lost. `deliver` is repeated until
   * it answers its summary. Rejects as it does, or with TIMEOUT when the link stays away.
   */
  recordDelivery(
    about: DeliveryAbout,
    progress: Pick<ApplyProgress, 'phase'>,
    signal: AbortSignal,
    deliver: (attempt: DeliveryAttempt) => Promise<string>,
  ): Promise<string>;
  lock(on: OnStack): Promise<ApplyLock | null>;
  /** By a person's decision. `onlyStale`: one whose owner gave a sign of life meanwhile stays. */
  breakLock(on: OnStack, options?: { onlyStale: boolean }): Promise<void>;
  removalPreview(on: OnStack): Promise<{
    containers: string[];
    networks: string[];
    volumes: { name: string; sizeBytes: number | null; createdAt: number | null }[];
  }>;
  remove(
    on: OnStack,
    options: { volumes: boolean },
    progress: ApplyProgress,
    signal: AbortSignal,
  ): Promise<ApplyOutcome>;
  /** Goes on with an interrupted removal; volumes go only if that was chosen when it began. Rejects with NOT_FOUND for another journal, or one with an end. */
  continueRemoval(
    on: OnStack,
    journalId: string,
    progress: ApplyProgress,
    signal: AbortSignal,
  ): Promise<ApplyOutcome>;
  /** Start, stop and restart follow the dependency order; restart waits for each service to be running again. */
  act(
    on: OnStack,
    services: string[],
    action: 'start' | 'stop' | 'restart',
    progress: ApplyProgress,
    signal: AbortSignal,
  ): Promise<ApplyOutcome>;
  /** Goes on with an interrupted start, stop or restart: the services it had not come to. Rejects with NOT_FOUND for another journal, or one with an end. */
  continueAct(
    on: OnStack,
    journalId: string,
    progress: ApplyProgress,
    signal: AbortSignal,
  ): Promise<ApplyOutcome>;
}
