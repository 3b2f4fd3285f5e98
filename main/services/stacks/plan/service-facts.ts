import type { ComposeProject, ComposeService } from '../compose-file/model';
import { EXTENSION_KEY } from '../extension';
import { isRecord } from './canonical';

/** What a service's containers are created from. */
export function imageReference(project: ComposeProject, service: ComposeService): string {
  return service.image ?? `${project.name}-${service.name}`;
}

/** `redis` means `redis:latest` to the engine. */
export function taggedReference(reference: string): string {
  if (reference.includes('@') || reference.startsWith('sha256:')) return reference;
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return name.includes(':') ? reference : `${reference}:latest`;
}

export function containerName(project: ComposeProject, service: ComposeService, number: number): string {
  if (service.container_name !== undefined && number === 1) return service.container_name;
  return `${project.name}-${service.name}-${number}`;
}

export function replicas(service: ComposeService): number {
  return service.scale ?? service.deploy?.replicas ?? 1;
}

/** A one-shot job ends with 0 and stays ended. */
export function isJob(project: ComposeProject, service: ComposeService): boolean {
  const own = service.extensions[EXTENSION_KEY];
  if (isRecord(own) && own.unit === 'job') return true;
  return Object.values(project.services).some(
    (other) => other.depends_on[service.name]?.condition === 'service_completed_successfully',
  );
}

/** The service whose namespace this one shares by `service:x`, with network, ipc or pid. */
export function sharedNamespaces(service: ComposeService): string[] {
  return [service.network_mode, service.ipc, service.pid].flatMap((mode) =>
    mode?.startsWith('service:') ? [mode.slice('service:'.length)] : [],
  );
}

/** Everything that must be up, or done, before this service starts; only services that exist. */
export function dependencies(project: ComposeProject, service: ComposeService): string[] {
  const named = [...Object.keys(service.depends_on), ...sharedNamespaces(service)];
  return [...new Set(named)].filter((name) => project.services[name] !== undefined);
}

/** The asked services and all they need, in the file's order; all when none is asked for. */
export function closure(project: ComposeProject, asked: string[]): string[] {
  const wanted = new Set<string>();
  const add = (name: string): void => {
    const service = project.services[name];
    if (service === undefined || wanted.has(name)) return;
    wanted.add(name);
    dependencies(project, service).forEach(add);
  };
  (asked.length === 0 ? Object.keys(project.services) : asked).forEach(add);
  return Object.keys(project.services).filter((name) => wanted.has(name));
}
