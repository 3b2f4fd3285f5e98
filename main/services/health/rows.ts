import { z } from 'zod';
import type { ServiceRow, Usage, Verdict } from '../../../preload/contract';
import type { ContainerDetail } from '../hosts/engine';
import type { DefinedService, Definition } from './definition';
import type { ContainerFacts } from './observation';
import type { SeenContainer } from './observer';
import { redact } from './redact';

/** Defined services, and behind them those that only have a container left. */
export function servicesToShow(definition: Definition, seen: ReadonlyMap<string, unknown>): DefinedService[] {
  const orphans = [...seen.keys()].filter((service) => !definition.services.has(service));
  return [...definition.services.values(), ...orphans.map((service) => orphan(service, definition))];
}

function orphan(id: string, definition: Definition): DefinedService {
  const tierOrder = 1 + Math.max(0, ...[...definition.services.values()].map((service) => service.tierOrder));
  return {
    id,
    title: id,
    tier: 'not in the file',
    tierOrder,
    side: 'back',
    unit: 'service',
    image: '',
    probe: null,
    graceMs: 0,
    dependsOn: [],
    replicas: 1,
  };
}

const hostConfig = z.object({ HostConfig: z.object({ Memory: z.number().default(0) }) });

/** By look at the container: rows are made several times a second, a look happens after an event only. */
const known = new WeakMap<ContainerDetail, ContainerFacts>();

export function factsOf({ detail }: SeenContainer): ContainerFacts {
  const facts = known.get(detail) ?? readFacts(detail);
  known.set(detail, facts);
  return facts;
}

/** What the engine and a health check printed goes into reasons, which everybody sees: credentials in it do not. */
function readFacts(detail: ContainerDetail): ContainerFacts {
  const parsed = hostConfig.safeParse(detail.raw);
  const limit = parsed.success ? parsed.data.HostConfig.Memory : 0;
  return {
    id: detail.id,
    state: detail.state,
    exitCode: detail.exitCode,
    oomKilled: detail.oomKilled,
    restartCount: detail.restartCount,
    startedAt: detail.startedAt,
    finishedAt: detail.finishedAt,
    error: redact(detail.error),
    health: detail.health && detail.health.status !== 'none' ? detail.health.status : null,
    healthOutput: redact(detail.health?.log.at(-1)?.output ?? ''),
    memoryLimitBytes: limit > 0 ? limit : null,
  };
}

export interface RowParts {
  service: DefinedService;
  defined: boolean;
  seen: SeenContainer | null;
  verdict: Verdict;
  usage: Usage | null;
}

export function rowOf({ service, defined, seen, verdict, usage }: RowParts): ServiceRow {
  const { id, title, tier, tierOrder, side, unit } = service;
  return {
    ...{ id, title, tier, tierOrder, side, unit, defined, verdict },
    ...(seen ? containerColumns(seen) : noContainer),
    image: service.image || seen?.detail.image || '',
    webUrl: seen ? webUrlOf(service, seen.detail) : null,
    usage: seen?.detail.state === 'running' ? usage : null,
  };
}

function containerColumns({ detail, history }: SeenContainer) {
  const ended = detail.state === 'exited' || detail.state === 'dead' || detail.state === 'restarting';
  return {
    containerId: detail.id,
    containerName: detail.name,
    engineState: detail.state,
    engineHealth: detail.health?.status ?? null,
    startedAt: detail.startedAt,
    exitCode: ended ? detail.exitCode : null,
    restarts: detail.restartCount,
    lastOomAt: history.oomAt ?? (detail.oomKilled ? detail.finishedAt : null),
    ports: detail.ports,
  };
}

const noContainer = {
  containerId: null,
  containerName: null,
  engineState: null,
  engineHealth: null,
  startedAt: null,
  exitCode: null,
  restarts: 0,
  lastOomAt: null,
  ports: [],
};

const LOOPBACK_OR_ANY = new Set(['', '0.0.0.0', '::', '127.0.0.1', '::1']);

function webUrlOf(service: DefinedService, detail: ContainerDetail): string | null {
  const { probe } = service;
  if (probe?.kind !== 'http') return null;
  const port = detail.ports.find(
    (known) => known.target === probe.port && known.protocol === 'tcp' && known.published > 0,
  );
  if (!port) return null;
  return `http://${LOOPBACK_OR_ANY.has(port.hostIp) ? 'localhost' : port.hostIp}:${port.published}`;
}
