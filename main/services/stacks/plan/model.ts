/**
 * The plan room: what the engine has, what the definition wants, and the steps between. Pure but
 * for `observe`, which asks the engine four lists in parallel and nothing per container of ours.
 */
import type { PlanStep } from '../../../../preload/contract';
import type { DeliveryOffer } from '../../delivery/face';
import type {
  ContainerDetail,
  ContainerSummary,
  ImageSummary,
  NetworkSummary,
  VolumeSummary,
} from '../../hosts/engine';
import type { ScriptedBase } from './base-images';
import type { BuildDigests } from './build-digest';

/** One field that differs; secret values are masked. */
export type FieldChange = PlanStep['changes'][number];

export interface ObservedContainer extends ContainerSummary {
  service: string;
  /** Compose's container-number, 1 first. */
  number: number;
  /** True for a `docker compose run` container; never planned. */
  oneOff: boolean;
  /** Set on a container that an interrupted apply left under a name of passage. */
  transient: 'new' | 'old' | null;
  running: boolean;
  /** From the engine's status text; null while running. */
  exitCode: number | null;
  health: 'healthy' | 'unhealthy' | 'starting' | null;
  /** `com.bizosaas.config-hash`; null when docker compose made the container. */
  configHash: string | null;
  /** Flattened definition of `com.bizosaas.definition`; null when docker compose made the container. */
  definition: Record<string, string> | null;
  /** Asked only for containers that docker compose made. */
  detail: ContainerDetail | null;
}

export interface ObservedProject {
  apiVersion: string;
  containers: ObservedContainer[];
  images: ImageSummary[];
  networks: NetworkSummary[];
  volumes: VolumeSummary[];
  /** `secret:<name>` or `config:<name>` → digest of its content; null when it can't be read. */
  files: Record<string, string | null>;
  /** Service → the bases of its build that the project can make itself. */
  bases: Record<string, ScriptedBase[]>;
  builds: BuildDigests;
  /** Images of this machine that could be delivered to the host, by reference with a tag. */
  offers?: Record<string, DeliveryOffer>;
}

export interface PlanOptions {
  /** Empty means all. Their dependencies come along. */
  services: string[];
  /** From loading the file; copied into the plan. */
  warnings: string[];
  /** Removes containers of services that the file no longer defines; default false: they are named and kept. */
  removeOrphans?: boolean;
}

/** What one container of a service needs. */
export interface ContainerDecision {
  service: string;
  number: number;
  /** The name it has in the end. */
  name: string;
  job: boolean;
  action: 'create' | 'recreate' | 'start' | 'restart' | 'keep';
  existing: ObservedContainer | null;
  reason: string;
  changes: FieldChange[];
}

export interface ImageDecision {
  /** What the containers are created from. */
  reference: string;
  action: 'pull' | 'build' | 'deliver' | 'have' | 'absent';
  reason: string;
  /** This machine has it, should the host not get it by itself. */
  offered?: boolean;
  /** The result differs from the image on the host, so that its containers are made anew. */
  outdated: boolean;
  /** The one that builds it comes first. */
  services: string[];
  /** Every name the build result gets; one build may serve several services. */
  tags: string[];
}

/** A base image that is not on the host and that a build needs. */
export interface BaseDecision extends ScriptedBase {
  /** Whose builds start from it. */
  services: string[];
  reason: string;
}

/** A network or volume of the project. */
export interface ObjectDecision {
  /** Key in the Compose file. */
  key: string;
  name: string;
  action: 'create' | 'recreate' | 'keep' | 'missing';
  reason: string;
  changes: FieldChange[];
}

export interface RemovalDecision {
  container: ObservedContainer;
  remove: boolean;
  /** Its service is no longer in the file. */
  orphan?: boolean;
  reason: string;
}

/** Everything an apply does, before it is told as contract steps. */
export interface Decisions {
  services: string[];
  networks: ObjectDecision[];
  volumes: ObjectDecision[];
  bases: BaseDecision[];
  images: ImageDecision[];
  containers: ContainerDecision[];
  removals: RemovalDecision[];
  warnings: string[];
}
