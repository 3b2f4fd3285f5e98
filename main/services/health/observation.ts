import type { ProbeResult, Verdict, VerdictState } from '../../../preload/contract';
import type { ContainerHistory } from './history';

/** The engine's facts about one container. */
export interface ContainerFacts {
  id: string;
  /** created, running, paused, restarting, removing, exited, dead */
  state: string;
  exitCode: number;
  oomKilled: boolean;
  restartCount: number;
  startedAt: number | null;
  finishedAt: number | null;
  /** Why the engine could not start it; empty otherwise. */
  error: string;
  /** The container's own health check: starting, healthy, unhealthy; null without one. */
  health: string | null;
  healthOutput: string;
  memoryLimitBytes: number | null;
}

export interface Observation {
  now: number;
  unit: 'service' | 'companion' | 'job';
  /** How long after a start a service may stay silent. */
  graceMs: number;
  /** `no-way`: defined, but neither its address nor a published port can be reached from here. */
  probing: 'defined' | 'none' | 'no-way';
  container: ContainerFacts | null;
  history: ContainerHistory;
  /** Newest first; only those since the container's start count. */
  probes: readonly ProbeResult[];
  /** Set while the engine can't be asked. */
  engineLostSince: number | null;
  previous: Verdict | null;
}

/** A verdict before it is dated: `since` is when this state began if it did not hold before. */
export interface Finding {
  state: VerdictState;
  since: number;
  source: Verdict['source'];
  reason: string;
  evidence: ProbeResult | null;
  lastSeen?: Verdict['lastSeen'];
}
