/** Who waits for another service to be healthy, and whether anything could tell when that is. */
import type { ComposeProject, ComposeService } from '../compose-file/model';
import { EXTENSION_KEY, serviceExtensionSchema } from '../extension';
import { isRecord } from './canonical';
import { replicas } from './service-facts';

/** A service that others start only after it is healthy. */
export interface HealthGate {
  service: ComposeService;
  dependants: string[];
}

/** Only of what has to be there: an optional dependency keeps nobody from starting, nor does one without replicas. */
export function healthGates(project: ComposeProject): HealthGate[] {
  return Object.values(project.services).flatMap((service) => {
    const dependants = Object.values(project.services)
      .filter(({ depends_on }) => depends_on[service.name]?.required && waitsForHealth(depends_on, service))
      .map(({ name }) => name);
    return dependants.length === 0 || replicas(service) === 0 ? [] : [{ service, dependants }];
  });
}

export function waitsForHealth(
  edges: ComposeService['depends_on'],
  { name }: Pick<ComposeService, 'name'>,
): boolean {
  return edges[name]?.condition === 'service_healthy';
}

/** Null where it is the image's to say. */
export function isCheckedByFile({ healthcheck, extensions }: ComposeService): boolean | null {
  const own = serviceExtensionSchema.safeParse(extensions[EXTENSION_KEY]);
  if (own.success && own.data.probe !== undefined) return true;
  if (healthcheck?.disable === true) return false;
  const [kind] = healthcheck?.test ?? [];
  return kind === undefined ? null : isTest(kind);
}

/** `check` is the engine's `Config.Healthcheck`, of an image or a container. */
export function isChecked(check: unknown): boolean {
  return isRecord(check) && Array.isArray(check.Test) && isTest(check.Test[0]);
}

function isTest(kind: unknown): boolean {
  return kind === 'CMD' || kind === 'CMD-SHELL';
}

/** What keeps the dependants from starting, and what to do. */
export function uncheckedWords(dependants: string[], service: string): { evidence: string; advice: string } {
  const who = dependants.join(', ');
  const nothing = `${service} has no health check, neither in the file nor in its image, and no probe that reaches it`;
  return {
    evidence: `depends_on lets ${who} wait until ${service} is healthy, but ${nothing}: nothing would ever tell.`,
    advice: `Add a health check to ${service}, or let ${who} depend on it with service_started.`,
  };
}
