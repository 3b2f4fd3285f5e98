/** Two attributes that say the same thing must say the same value. */
import type { ComposeProject, ComposeService } from '../model';
import { invalidCompose } from '../source/failure';
import type { MapNode } from '../source/tree';
import { locate } from './locate';

interface Pair {
  short: string;
  long: string;
  values(service: ComposeService): [unknown, unknown];
}

const PAIRS: Pair[] = [
  {
    short: 'mem_limit',
    long: 'deploy.resources.limits.memory',
    values: ({ mem_limit, deploy }) => [mem_limit, deploy?.resources?.limits?.memory],
  },
  {
    short: 'cpus',
    long: 'deploy.resources.limits.cpus',
    values: ({ cpus, deploy }) => [cpus, deploy?.resources?.limits?.cpus],
  },
  {
    short: 'pids_limit',
    long: 'deploy.resources.limits.pids',
    values: ({ pids_limit, deploy }) => [pids_limit, deploy?.resources?.limits?.pids],
  },
  {
    short: 'mem_reservation',
    long: 'deploy.resources.reservations.memory',
    values: ({ mem_reservation, deploy }) => [mem_reservation, deploy?.resources?.reservations?.memory],
  },
  {
    short: 'scale',
    long: 'deploy.replicas',
    values: ({ scale, deploy }) => [scale, deploy?.replicas],
  },
];

/** Throws INVALID_COMPOSE. */
export function checkLimits(project: ComposeProject, tree: MapNode): void {
  for (const service of Object.values(project.services)) {
    for (const { short, long, values } of PAIRS) {
      const [one, other] = values(service);
      if (one === undefined || other === undefined || one === other) continue;
      throw invalidCompose(
        locate(tree, 'services', service.name, short),
        `services.${service.name}: ${short} and ${long} differ; they mean the same, so set one of them.`,
      );
    }
  }
}
