import type { Log } from '../log';
import type { ComposeProject, ComposeService } from '../stacks/compose-file/model';
import {
  EXTENSION_KEY,
  type ProbeSpec,
  type ProjectExtension,
  projectExtensionSchema,
  type ServiceExtension,
  serviceExtensionSchema,
} from '../stacks/extension';
import type { OnStack, StacksService } from '../stacks/face';

/** What supervision needs of one service in the file. */
export interface DefinedService {
  id: string;
  title: string;
  /** The tier's title; its id where the file gives it none. */
  tier: string;
  tierOrder: number;
  side: 'data' | 'back' | 'front';
  unit: 'service' | 'companion' | 'job';
  image: string;
  probe: ProbeSpec | null;
  graceMs: number;
  dependsOn: string[];
  /** How many containers of it should run. */
  replicas: number;
}

export interface Definition {
  project: string;
  title: string;
  services: ReadonlyMap<string, DefinedService>;
}

export interface KnownStack {
  definition: Definition;
  /** Null when the definition is what the files say; else it is what the containers' labels say. */
  unreadable: Error | null;
}

/** Rejects when the stack can't be loaded. */
export async function knownStack(
  { stacks, log }: { stacks: Pick<StacksService, 'known'>; log: Log },
  on: OnStack,
): Promise<KnownStack> {
  const { project, unreadable } = await stacks.known(on);
  return { definition: defineStack(project, log), unreadable };
}

type Tier = ProjectExtension['tiers'][number];

const GRACE_FLOOR_MS = 30_000;

/** A plain Compose file without our extension still gets a row per service, under its own name. */
export function defineStack(project: ComposeProject, log: Log): Definition {
  const extension = projectExtensionSchema.safeParse(project.extensions[EXTENSION_KEY]);
  const tiers = extension.success ? extension.data.tiers : [];
  const jobs = completionDependencies(project);
  const services = Object.values(project.services).map((service) => {
    const own = ownExtension(service, log) ?? plainExtension(service, jobs);
    return [service.name, defineService(service, own, tiers)] as const;
  });
  const title = extension.success ? extension.data.title : project.name;
  return { project: project.name, title, services: new Map(services) };
}

function defineService(service: ComposeService, own: ServiceExtension, tiers: Tier[]): DefinedService {
  const order = tiers.findIndex((tier) => tier.id === own.tier);
  return {
    id: service.name,
    title: own.title,
    tier: tiers[order]?.title ?? own.tier,
    tierOrder: order === -1 ? tiers.length : order,
    side: own.side,
    unit: own.unit,
    image: service.image ?? '',
    probe: own.probe ?? null,
    graceMs: Math.max(GRACE_FLOOR_MS, service.healthcheck?.start_period ?? 0),
    dependsOn: Object.keys(service.depends_on),
    replicas: service.scale ?? service.deploy?.replicas ?? 1,
  };
}

function ownExtension(service: ComposeService, log: Log): ServiceExtension | null {
  const raw = service.extensions[EXTENSION_KEY];
  if (raw === undefined) return null;
  const parsed = serviceExtensionSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  log.warn(`${EXTENSION_KEY} of a service is not valid and is left out.`, {
    service: service.name,
    issue: parsed.error.issues[0]?.message ?? '',
  });
  return null;
}

function plainExtension(service: ComposeService, jobs: ReadonlySet<string>): ServiceExtension {
  const unit = jobs.has(service.name) ? 'job' : 'service';
  return { title: service.name, tier: 'services', side: 'back', unit, kpis: [] };
}

function completionDependencies(project: ComposeProject): ReadonlySet<string> {
  const conditions = Object.values(project.services).flatMap((service) => Object.entries(service.depends_on));
  const jobs = conditions.filter(
    ([, dependency]) => dependency.condition === 'service_completed_successfully',
  );
  return new Set(jobs.map(([name]) => name));
}
