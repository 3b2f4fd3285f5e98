import type { ServiceRow, Usage, Verdict } from '../../../preload/contract';
import type { DefinedService, Definition } from './definition';
import { noHistory } from './history';
import type { Observation } from './observation';
import type { SeenContainer } from './observer';
import type { Prober, ProbeTarget } from './prober';
import { routesTo } from './routes';
import { containersByService, factsOf, rowOf, servicesToShow } from './rows';
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
}

/** Turns what was seen into rows, and remembers the verdicts: a state's age must outlive one look and a lost engine. */
export function createBoard(): Board {
  const last = new Map<string, Verdict>();
  const known = new Map<string, Verdict>();

  function judge(service: DefinedService, seen: SeenContainer | null, input: BoardInput): Verdict {
    const lost = input.engineLostSince !== null;
    const previous = (lost ? last : known).get(service.id) ?? null;
    const verdict = judgeService(observe(service, seen, { ...input, previous }));
    last.set(service.id, verdict);
    if (!lost) known.set(service.id, verdict);
    return verdict;
  }
  return {
    rows(input) {
      const byService = containersByService(input.containers);
      return servicesToShow(input.definition, byService).map((service) => {
        const seen = byService.get(service.id) ?? null;
        const verdict = judge(service, seen, input);
        const usage = seen && input.engineLostSince === null ? input.usageOf(seen.detail.id) : null;
        return rowOf({ service, defined: input.definition.services.has(service.id), seen, verdict, usage });
      });
    },
  };
}

function observe(
  service: DefinedService,
  seen: SeenContainer | null,
  { now, engineLostSince, prober, previous }: BoardInput & { previous: Verdict | null },
): Observation {
  const probing = prober.hasNoWay(service.id) ? 'no-way' : 'defined';
  return {
    now,
    unit: service.unit,
    graceMs: service.graceMs,
    probing: service.probe ? probing : 'none',
    container: seen ? factsOf(seen) : null,
    history: seen?.history ?? noHistory,
    probes: prober.results(service.id),
    engineLostSince,
    previous,
  };
}

/** Running containers with a probe of their own. */
export function targetsOf(definition: Definition, containers: SeenContainer[]): ProbeTarget[] {
  return [...containersByService(containers)].flatMap(([id, { detail }]) => {
    const service = definition.services.get(id);
    if (!service?.probe || service.unit === 'job' || detail.state !== 'running') return [];
    const { probe: spec, graceMs } = service;
    const routes = routesTo(detail, spec.port);
    return [{ service: id, containerId: detail.id, startedAt: detail.startedAt ?? 0, graceMs, spec, routes }];
  });
}
