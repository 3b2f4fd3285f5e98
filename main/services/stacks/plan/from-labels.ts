import { z } from 'zod';
import type { ContainerSummary } from '../../hosts/engine';
import type { ComposeProject, ComposeService } from '../compose-file/model';
import { COMPOSE } from './labels';

const condition = z.enum(['service_started', 'service_healthy', 'service_completed_successfully']);

/**
 * As much of the definition as the containers themselves carry: which services there are, and what needs what.
 * For stopping, showing and removing while the files can't be read; never for applying.
 */
export function projectFromLabels(
  name: string,
  containers: Pick<ContainerSummary, 'labels'>[],
): ComposeProject {
  const services = containers.flatMap(({ labels }) => serviceFromLabels(labels));
  return {
    name,
    ...{ directory: '', files: [], networks: {}, volumes: {}, secrets: {}, configs: {}, extensions: {} },
    services: Object.fromEntries(services.map((service) => [service.name, service])),
  };
}

function serviceFromLabels(labels: Record<string, string>): ComposeService[] {
  const name = labels[COMPOSE.service] ?? '';
  if (name === '' || labels[COMPOSE.oneOff]?.toLowerCase() === 'true') return [];
  return [
    {
      name,
      ...{ environment: {}, labels: {}, ports: [], volumes: [], networks: {}, secrets: [], configs: [] },
      depends_on: dependsOn(labels[COMPOSE.dependsOn] ?? ''),
      extensions: {},
    },
  ];
}

/** `db:service_healthy:false,init:service_completed_successfully:true`, as Compose writes it. */
function dependsOn(label: string): ComposeService['depends_on'] {
  const entries = label.split(',').map((entry) => entry.split(':'));
  return Object.fromEntries(
    entries.flatMap(([name = '', said, restart]) => {
      const parsed = condition.safeParse(said);
      if (name === '' || !parsed.success) return [];
      return [[name, { condition: parsed.data, required: true, restart: restart === 'true' }]];
    }),
  );
}
