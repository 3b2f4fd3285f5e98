import { DomainError } from '../errors';
import type { ContainerSummary, EnginePort } from '../hosts/engine';
import { transientKind } from '../stacks/face';

const PROJECT = 'com.docker.compose.project';
const SERVICE = 'com.docker.compose.service';
const NUMBER = 'com.docker.compose.container-number';
const ONE_OFF = 'com.docker.compose.oneoff';

function rank(container: ContainerSummary): number[] {
  return [
    container.labels[ONE_OFF]?.toLowerCase() === 'true' ? 1 : 0,
    transientKind(container.name) === null ? 0 : 1,
    container.state === 'running' ? 0 : 1,
    Number(container.labels[NUMBER] ?? 1),
    -container.createdAt,
  ];
}

function compare(one: ContainerSummary, other: ContainerSummary): number {
  const ranks = rank(other);
  const difference = rank(one).map((value, index) => value - (ranks[index] ?? 0));
  return difference.find((value) => value !== 0) ?? 0;
}

/** The container that stands for a service: the running one with the lowest number; null when there is none. */
export async function findContainer(
  engine: EnginePort,
  project: string,
  service: string,
  signal?: AbortSignal,
): Promise<ContainerSummary | null> {
  const labels = [`${PROJECT}=${project}`, `${SERVICE}=${service}`];
  const found = await engine.listContainers(labels, signal);
  return found.sort(compare)[0] ?? null;
}

/** Like `findContainer`; rejects with NOT_FOUND when there is none. */
export async function requireContainer(
  engine: EnginePort,
  project: string,
  service: string,
  signal?: AbortSignal,
): Promise<ContainerSummary> {
  const found = await findContainer(engine, project, service, signal);
  if (found !== null) return found;
  const message = `Service ${service} of project ${project} has no container on this host. Apply the stack to make one.`;
  throw new DomainError('NOT_FOUND', { kind: 'container of service', name: service }, message);
}

export { PROJECT as PROJECT_LABEL, SERVICE as SERVICE_LABEL };
