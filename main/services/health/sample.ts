/** Observations and rows for tests: a service that is up, and what can be said against it. */
import type { ProbeResult, ServiceRow, Verdict, VerdictState } from '../../../preload/contract';
import type { ContainerDetail } from '../hosts/engine';
import { noHistory } from './history';
import type { ContainerFacts, Observation } from './observation';
import type { SeenContainer } from './observer';

export const NOW = 1_000_000_000;
export const ago = (seconds: number) => NOW - seconds * 1000;

export const up: ContainerFacts = {
  id: 'c',
  state: 'running',
  exitCode: 0,
  oomKilled: false,
  restartCount: 0,
  startedAt: ago(3600),
  finishedAt: null,
  error: '',
  health: null,
  healthOutput: '',
  memoryLimitBytes: 128 * 1024 * 1024,
};
export const exited = (exitCode: number, over: Partial<ContainerFacts> = {}): ContainerFacts => ({
  ...up,
  state: 'exited',
  exitCode,
  finishedAt: ago(5),
  ...over,
});
export const probe = (
  outcome: ProbeResult['outcome'],
  seconds: number,
  reason = `is ${outcome}`,
): ProbeResult => ({
  ...{
    at: ago(seconds),
    outcome,
    status: outcome === 'refused' || outcome === 'timeout' ? null : 200,
    latencyMs: 1,
  },
  ...{ excerpt: '', reason, target: '' },
});
export const was = (state: VerdictState, seconds: number): Verdict => ({
  ...{
    state,
    since: ago(seconds),
    observedAt: ago(1),
    source: 'probe',
    reason: `was ${state}`,
    evidence: null,
  },
});
export const seen = (over: Partial<Observation> = {}): Observation => ({
  ...{ now: NOW, unit: 'service', graceMs: 30_000, probing: 'defined', container: up, history: noHistory },
  ...{ probes: [], engineLostSince: null, previous: null },
  ...over,
});
export function rowSample(
  id: string,
  state: VerdictState,
  over: Partial<ServiceRow> = {},
  reason = `is ${state}`,
): ServiceRow {
  return {
    ...{ id, title: id, tier: 't', tierOrder: 0, side: 'back', unit: 'service', defined: true },
    ...{ containerId: null, containerName: null, image: '', engineState: null, engineHealth: null },
    ...{
      startedAt: null,
      exitCode: null,
      restarts: 0,
      lastOomAt: null,
      ports: [],
      webUrl: null,
      usage: null,
    },
    verdict: { state, since: ago(12), observedAt: NOW, source: 'probe', reason, evidence: null },
    ...over,
  };
}
/** Of the service `web`; the number of the name is the replica's. */
export function containerSample(name: string, state: string, createdAt: number): SeenContainer {
  const detail: ContainerDetail = {
    id: `${name} ${createdAt}`,
    name,
    state,
    createdAt,
    image: 'web:1',
    imageId: 'sha256:1',
    status: '',
    labels: {
      'com.docker.compose.service': 'web',
      'com.docker.compose.container-number': /-(\d+)/.exec(name)?.[1] ?? '1',
    },
    ports: [],
    addresses: {},
    mounts: [],
    running: state === 'running',
    exitCode: 0,
    oomKilled: false,
    restarting: false,
    restartCount: 0,
    startedAt: null,
    finishedAt: null,
    error: '',
    pid: 0,
    tty: false,
    health: null,
    raw: {},
  };
  return { detail, history: noHistory };
}
