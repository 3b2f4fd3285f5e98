import type { Plan, PlanStep } from '../../../../preload/contract';
import type { ComposeProject } from '../compose-file/model';
import { attachedNetworks } from './container-network';
import { mountedVolumes } from './container-storage';
import { decide } from './decide';
import type {
  BaseDecision,
  ContainerDecision,
  Decisions,
  ImageDecision,
  ObjectDecision,
  ObservedProject,
  PlanOptions,
  RemovalDecision,
} from './model';
import { dependencies } from './service-facts';

/** The ordered steps from what was observed to what is defined, each with its reason. Pure. */
export function planProject(project: ComposeProject, observed: ObservedProject, options: PlanOptions): Plan {
  return toPlan(project, decide(project, observed, options));
}

export function toPlan(project: ComposeProject, decisions: Decisions): Plan {
  const [orphans, others] = [
    decisions.removals.filter(isRemovedOrphan),
    decisions.removals.filter((removal) => !isRemovedOrphan(removal)),
  ];
  const steps = [
    ...orphans.map(removalStep),
    ...decisions.networks.map((network) => objectStep('network', network)),
    ...decisions.volumes.map((volume) => objectStep('volume', volume)),
    ...decisions.bases.map(baseStep),
    ...decisions.images.map((image) => imageStep(image, decisions.bases)),
    ...inOrder(project, decisions.containers).map((container) =>
      containerStep(project, decisions, container),
    ),
    ...others.map(removalStep),
  ];
  const changed = steps.some(({ action }) => action !== 'keep');
  return { project: project.name, changed, steps, warnings: decisions.warnings };
}

/** Dependencies before dependants; the file's order among equals. A cycle can't reach here, and would not loop. */
function inOrder(project: ComposeProject, containers: ContainerDecision[]): ContainerDecision[] {
  const done = new Set<string>();
  const ordered: ContainerDecision[] = [];
  const visit = (name: string): void => {
    const service = project.services[name];
    if (service === undefined || done.has(name)) return;
    done.add(name);
    dependencies(project, service).forEach(visit);
    ordered.push(...containers.filter((container) => container.service === name));
  };
  for (const { service } of containers) visit(service);
  return ordered;
}

function objectStep(kind: 'network' | 'volume', decision: ObjectDecision): PlanStep {
  const creates = decision.action === 'create' || decision.action === 'recreate';
  return {
    id: `${kind}:${decision.key}`,
    action: creates ? `create-${kind}` : 'keep',
    target: decision.name,
    service: null,
    reason: decision.reason,
    changes: decision.changes,
    after: [],
    destructive: false,
  };
}

const IMAGE_ACTIONS = {
  pull: 'pull-image',
  build: 'build-image',
  deliver: 'deliver-image',
  have: 'keep',
  absent: 'keep',
} as const;

export function baseStepId({ base }: { base: string }): string {
  return `base:${base}`;
}

function baseStep(decision: BaseDecision): PlanStep {
  return {
    id: baseStepId(decision),
    action: 'build-image',
    target: decision.base,
    service: null,
    reason: decision.reason,
    changes: [],
    after: [],
    destructive: false,
  };
}

function imageStep(decision: ImageDecision, bases: BaseDecision[]): PlanStep {
  const startsFrom = bases.filter((base) => base.services.some((name) => decision.services.includes(name)));
  return {
    id: imageStepId(decision),
    action: IMAGE_ACTIONS[decision.action],
    target: decision.reference,
    service: decision.services[0] ?? null,
    reason: decision.reason,
    changes: [],
    after: decision.action === 'build' ? startsFrom.map(baseStepId) : [],
    destructive: false,
  };
}

export function imageStepId(decision: ImageDecision): string {
  return `image:${decision.reference}`;
}

export function containerStepId(decision: Pick<ContainerDecision, 'service' | 'number'>): string {
  return decision.number === 1
    ? `service:${decision.service}`
    : `service:${decision.service}#${decision.number}`;
}

function containerStep(project: ComposeProject, decisions: Decisions, decision: ContainerDecision): PlanStep {
  return {
    id: containerStepId(decision),
    action: containerAction(decision),
    target: decision.name,
    service: decision.service,
    reason: decision.reason,
    changes: decision.changes,
    after: comesFirst(project, decisions, decision),
    destructive: decision.action === 'recreate',
  };
}

function containerAction({ action, job }: ContainerDecision): PlanStep['action'] {
  if (action === 'keep') return 'keep';
  if (action === 'recreate') return 'recreate-container';
  if (job) return 'run-job';
  return action === 'create' ? 'create-container' : 'start-container';
}

function comesFirst(project: ComposeProject, decisions: Decisions, decision: ContainerDecision): string[] {
  const service = project.services[decision.service];
  if (service === undefined) return [];
  const needed = dependencies(project, service);
  return [
    ...attachedNetworks(project, service).map(([key]) => `network:${key}`),
    ...mountedVolumes(project, service).map((key) => `volume:${key}`),
    ...decisions.images.filter(({ services }) => services.includes(service.name)).map(imageStepId),
    ...decisions.containers.filter((other) => needed.includes(other.service)).map(containerStepId),
  ];
}

/** Goes before anything else is done: its successor under another name may want the same port. */
export function isRemovedOrphan({ remove, orphan = false }: RemovalDecision): boolean {
  return remove && orphan;
}

function removalStep({ container, remove, orphan = false, reason }: RemovalDecision): PlanStep {
  return {
    id: `remove:${container.name}`,
    action: remove ? 'remove-container' : 'keep',
    target: container.name,
    service: container.service === '' ? null : container.service,
    reason,
    changes: [],
    after: [],
    destructive: remove,
    ...(orphan && { orphan }),
  };
}
