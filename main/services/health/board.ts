import type { ServiceRow, Usage, Verdict } from '../../../preload/contract';
import type { DefinedService, Definition } from './definition';
import { noHistory } from './history';
import type { Observation } from './observation';
import type { SeenContainer } from './observer';
import type { Prober, ProbeTarget } from './prober';
import { type JudgedReplica, replicaKey, replicasByService, worstOf } from './replicas';
import { routesTo } from './routes';
import { factsOf, rowOf, servicesToShow } from './rows';
import { judgeService } from './verdict';

export interface BoardInput {
  now: number;
  definition: Definition;
  containers: SeenContainer[];
  engineLostSince: number | null;
  prober: Pick<Prober, 'results' | 'hasNoWay'>;
  usageOf: (containerId: string) => Usage | null;
}

export interface Board {
  rows(input: BoardInput): ServiceRow[];
  /** Under what the prober keeps the results of the replica that the service's row shows. */
  probedAs(service: string): string;
}

/** Turns what was seen into rows, and remembers the verdicts: a state's age must outlive one look and a lost engine. */
export function createBoard(): Board {
  const last = new Map<string, Verdict>();
  const known = new Map<string, Verdict>();
  const shown = new Map<string, string>();
  const short = new Map<string, number>();

  function judge(key: string, seen: SeenContainer | null, { service, input }: Judging): Verdict {
    const lost = input.engineLostSince !== null;
    const previous = (lost ? last : known).get(key) ?? null;
    const verdict = judgeService(observe({ service, key, seen }, { ...input, previous }));
    last.set(key, verdict);
    if (!lost) known.set(key, verdict);
    return verdict;
  }
  function shortSince(count: number, { service, input }: Judging): number | null {
    if (count === 0 || count >= service.replicas) short.delete(service.id);
    else short.set(service.id, short.get(service.id) ?? input.now);
    return short.get(service.id) ?? null;
  }
  /** By the worst replica: one that serves says nothing of one that fails. */
  function judgeAll(replicas: SeenContainer[], judging: Judging): JudgedReplica | null {
    const { id, replicas: wanted } = judging.service;
    const judged = replicas.map((seen) => ({ seen, verdict: judge(replicaKey(id, seen), seen, judging) }));
    return worstOf(judged, { count: wanted, shortSince: shortSince(judged.length, judging) });
  }
  return {
    probedAs: (service) => shown.get(service) ?? service,
    rows(input) {
      const { services } = input.definition;
      const byService = replicasOf(input.definition, input.containers);
      return servicesToShow(input.definition, byService).map((service) => {
        const judging = { service, input };
        const worst = judgeAll(byService.get(service.id) ?? [], judging);
        const seen = worst?.seen ?? null;
        if (seen) shown.set(service.id, replicaKey(service.id, seen));
        const verdict = worst?.verdict ?? judge(service.id, null, judging);
        const usage = seen ? input.usageOf(seen.detail.id) : null;
        return rowOf({ service, defined: services.has(service.id), seen, verdict, usage });
      });
    },
  };
}

interface Judging {
  service: DefinedService;
  input: BoardInput;
}

function replicasOf(definition: Definition, containers: SeenContainer[]): Map<string, SeenContainer[]> {
  return replicasByService(containers, (service) => definition.services.get(service)?.replicas ?? 1);
}

function observe(
  { service, key, seen }: { service: DefinedService; key: string; seen: SeenContainer | null },
  { now, engineLostSince, prober, previous }: BoardInput & { previous: Verdict | null },
): Observation {
  const probing = prober.hasNoWay(key) ? 'no-way' : 'defined';
  return {
    now,
    unit: service.unit,
    graceMs: service.graceMs,
    probing: service.probe ? probing : 'none',
    container: seen ? factsOf(seen) : null,
    history: seen?.history ?? noHistory,
    probes: prober.results(key),
    engineLostSince,
    previous,
  };
}

/** Running containers with a probe of their own. */
export function targetsOf(definition: Definition, containers: SeenContainer[]): ProbeTarget[] {
  return [...replicasOf(definition, containers)].flatMap(([id, replicas]) => {
    const service = definition.services.get(id);
    return service ? replicas.flatMap((seen) => targetOf(service, seen)) : [];
  });
}

function targetOf({ id, unit, probe: spec, graceMs }: DefinedService, seen: SeenContainer): ProbeTarget[] {
  const { detail } = seen;
  if (!spec || unit === 'job' || detail.state !== 'running') return [];
  const routes = routesTo(detail, spec.port);
  const startedAt = detail.startedAt ?? 0;
  return [{ service: replicaKey(id, seen), containerId: detail.id, startedAt, graceMs, spec, routes }];
}
