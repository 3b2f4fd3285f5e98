/** Which port of a service a person means, and where its container is now. */
import { findContainer } from '../containers/face';
import { DomainError } from '../errors';
import { routesTo } from '../health/face';
import type { ContainerSummary } from '../hosts/engine';
import type { HostSession } from '../hosts/host-session';
import type { ComposeProject } from '../stacks/compose-file/model';
import { EXTENSION_KEY, serviceExtensionSchema } from '../stacks/extension';
import type { Place } from './way';

export interface ServicePort {
  /** Inside the container. */
  port: number;
  /** Under which the host publishes it; null when it does not. */
  published: number | null;
}

/** Rejects with NOT_FOUND without a container, CONFLICT when it has no TCP port to lead to. */
export async function portOfService(
  session: HostSession,
  project: ComposeProject,
  { service, wanted }: { service: string; wanted: number | undefined },
  signal?: AbortSignal,
): Promise<ServicePort> {
  const container = await containerOf(session, project.name, service, signal);
  const published = container.ports.filter((one) => one.protocol === 'tcp' && one.published > 0);
  const port = wanted ?? webPort(project, service) ?? published[0]?.target;
  if (port === undefined) throw withoutPort(service);
  return { port, published: published.find(({ target }) => target === port)?.published ?? null };
}

export async function placesOf(
  session: HostSession,
  about: { project: string; service: string; port: number },
  signal: AbortSignal,
): Promise<Place[]> {
  return routesTo(await containerOf(session, about.project, about.service, signal), about.port);
}

async function containerOf(
  { engine }: HostSession,
  project: string,
  service: string,
  signal?: AbortSignal,
): Promise<ContainerSummary> {
  const found = await findContainer(engine, project, service, signal);
  if (found?.state === 'running') return found;
  const message = `${service} of ${project} does not run on this host. Start it, then open it again.`;
  throw new DomainError('NOT_FOUND', { kind: 'running container of service', name: service }, message);
}

function webPort(project: ComposeProject, service: string): number | undefined {
  const own = serviceExtensionSchema.safeParse(project.services[service]?.extensions[EXTENSION_KEY]);
  return own.success && own.data.probe?.kind === 'http' ? own.data.probe.port : undefined;
}

function withoutPort(service: string): DomainError {
  const detail = 'it publishes no TCP port and the file names none';
  const message = `${service} has no port to lead to: ${detail}. Name one.`;
  return new DomainError('CONFLICT', { what: `port of ${service}`, detail }, message);
}
