import type { ComposeProject, ComposeService } from '../compose-file/model';
import { foreignChanges } from './adoption';
import { isRecord } from './canonical';
import { attachedNetworks } from './container-network';
import { configHash, containerSpec, type SpecFacts } from './container-spec';
import { changedFields, definitionOf, describeChanges } from './definition';
import { OWN } from './labels';
import type { ContainerDecision, ObjectDecision, ObservedContainer, ObservedProject } from './model';
import { containerName, imageReference, isJob, replicas, sharedNamespaces } from './service-facts';

export interface ContainerContext {
  project: ComposeProject;
  observed: ObservedProject;
  networks: ObjectDecision[];
  imageId: (reference: string) => string | null;
}

type Verdict = Pick<ContainerDecision, 'action' | 'reason' | 'changes'>;

/** One decision per replica of the service. */
export function decideService(context: ContainerContext, service: ComposeService): ContainerDecision[] {
  const numbers = Array.from({ length: replicas(service) }, (_, index) => index + 1);
  return numbers.map((number) => decideContainer(context, service, number));
}

function decideContainer(
  context: ContainerContext,
  service: ComposeService,
  number: number,
): ContainerDecision {
  const { project } = context;
  const name = containerName(project, service, number);
  const job = isJob(project, service);
  const existing = currentContainer(context.observed.containers, service.name, number);
  const facts = specFacts(context, service, number, existing);
  const verdict = existing === null ? missing(job) : judge(context, service, { existing, facts, job });
  return { service: service.name, number, name, job, existing, ...verdict };
}

/** A container left under its old name is the service's own when nothing took its place. */
export function currentContainer(
  containers: ObservedContainer[],
  service: string,
  number: number,
): ObservedContainer | null {
  const own = containers.filter((container) => container.service === service && container.number === number);
  const settled = own.find(({ transient }) => transient === null);
  return settled ?? own.find(({ transient }) => transient === 'old') ?? null;
}

export function specFacts(
  context: ContainerContext,
  service: ComposeService,
  number: number,
  existing: ObservedContainer | null,
): SpecFacts {
  const { project, observed } = context;
  return {
    apiVersion: observed.apiVersion,
    number,
    name: containerName(project, service, number),
    // A tag that is gone doesn't change the running container; its own image is what it is compared by.
    imageId: context.imageId(imageReference(project, service)) ?? existing?.imageId ?? null,
    files: observed.files,
    containerNameOf: (other) => {
      const target = project.services[other];
      return target === undefined ? other : containerName(project, target, 1);
    },
  };
}

function missing(job: boolean): Verdict {
  const reason = job ? 'The job has not run yet.' : 'No container exists yet.';
  return { action: 'create', reason, changes: [] };
}

interface Candidate {
  existing: ObservedContainer;
  facts: SpecFacts;
  job: boolean;
}

function judge(context: ContainerContext, service: ComposeService, candidate: Candidate): Verdict {
  return (
    definitionVerdict(context, service, candidate) ??
    networkVerdict(context, service, candidate.existing) ??
    (candidate.job ? jobVerdict(candidate.existing) : stateVerdict(candidate.existing))
  );
}

function definitionVerdict(
  { project }: ContainerContext,
  service: ComposeService,
  { existing, facts }: Candidate,
): Verdict | null {
  if (existing.configHash === null) return foreignVerdict(project, service, { existing, facts });
  if (existing.configHash === configHash(project, service, facts)) return null;
  const changes = changedFields(existing.definition ?? {}, definitionOf(project, service, facts));
  return { action: 'recreate', reason: definitionReason(changes, facts, project, service), changes };
}

function definitionReason(
  changes: ContainerDecision['changes'],
  facts: SpecFacts,
  project: ComposeProject,
  service: ComposeService,
): string {
  const [first] = changes;
  if (first === undefined) return 'The definition is translated to the engine differently than before.';
  if (changes.length > 1 || first.field !== 'image id') return `${sentence(describeChanges(changes))}.`;
  const tag = imageReference(project, service);
  return `${tag} now points to another image (from ${first.from ?? 'none'} to ${first.to ?? facts.imageId ?? 'none'}).`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function foreignVerdict(
  project: ComposeProject,
  service: ComposeService,
  { existing, facts }: Pick<Candidate, 'existing' | 'facts'>,
): Verdict | null {
  const changes = foreignChanges(existing, containerSpec(project, service, facts));
  if (existing.imageId !== '' && facts.imageId !== null && existing.imageId !== facts.imageId) {
    changes.push({ field: 'image id', from: shortId(existing.imageId), to: shortId(facts.imageId) });
  }
  if (changes.length === 0) return null;
  const reason = `Made by docker compose and different from the definition: ${describeChanges(changes)}.`;
  return { action: 'recreate', reason, changes };
}

function shortId(id: string): string {
  return id.replace('sha256:', '').slice(0, 12);
}

/** Networks are known by id: one made anew under the same name is another one. */
function networkVerdict(
  { project, observed, networks }: ContainerContext,
  service: ComposeService,
  existing: ObservedContainer,
): Verdict | null {
  const recorded = recordedNetworks(existing);
  for (const [key, name] of attachedNetworks(project, service)) {
    const decision = networks.find((network) => network.key === key);
    const current = observed.networks.find((network) => network.name === name);
    const reason = networkReason({
      name,
      decision,
      recorded: recorded[name],
      current: current?.id,
      existing,
    });
    if (reason !== null) return { action: 'recreate', reason, changes: [] };
  }
  return null;
}

function networkReason(facts: {
  name: string;
  decision: ObjectDecision | undefined;
  recorded: string | undefined;
  current: string | undefined;
  existing: ObservedContainer;
}): string | null {
  const { name, decision, recorded, current, existing } = facts;
  if (decision?.action === 'recreate') return `Network ${name} is made anew.`;
  if (decision?.action === 'create') return `Network ${name} was gone and is made anew.`;
  if (recorded !== undefined && current !== undefined && recorded !== current) {
    return `The container is in an earlier network of the name ${name}.`;
  }
  return existing.running && !(name in existing.addresses)
    ? `The container is not in network ${name}.`
    : null;
}

function recordedNetworks(container: ObservedContainer): Record<string, string> {
  try {
    const parsed: unknown = JSON.parse(container.labels[OWN.networks] ?? '{}');
    return isRecord(parsed)
      ? Object.fromEntries(Object.entries(parsed).map(([key, id]) => [key, String(id)]))
      : {};
  } catch {
    return {};
  }
}

function jobVerdict(existing: ObservedContainer): Verdict {
  const rerun = (reason: string): Verdict => ({ action: 'start', reason, changes: [] });
  if (existing.running) return keep('The job is running.');
  if (existing.state === 'created') return rerun('The job has not run yet.');
  if (existing.exitCode === 0)
    return keep('The job completed with exit code 0 and its definition is unchanged.');
  return rerun(`The job failed with exit code ${existing.exitCode ?? 'unknown'} and runs again.`);
}

function keep(reason: string): Verdict {
  return { action: 'keep', reason, changes: [] };
}

function stateVerdict(existing: ObservedContainer): Verdict {
  const verdict = (action: Verdict['action'], reason: string): Verdict => ({ action, reason, changes: [] });
  switch (existing.state) {
    case 'running':
      return keep(
        existing.configHash === null
          ? 'Made by docker compose; equal to the definition, adopted as it is.'
          : 'Unchanged.',
      );
    case 'paused':
      return verdict('restart', 'The container is paused.');
    case 'restarting':
      return verdict('restart', 'The container is crash-looping; it gets a fresh start.');
    case 'created':
      return verdict('start', 'The container was created and never started.');
    case 'exited':
      return verdict('start', `The container is stopped${exitText(existing.exitCode)}.`);
    case 'removing':
      return verdict('recreate', 'The container is being removed.');
    default:
      return verdict('recreate', `The container is ${existing.state}.`);
  }
}

function exitText(code: number | null): string {
  return code === null ? '' : ` (exit code ${code})`;
}

/** By service: who is another container afterwards, and who only starts again. */
interface Renewal {
  replaced: Set<string>;
  started: Set<string>;
}

/**
 * Changes that spread. A namespace ends when its container stops, and a container that shares it names
 * the other one by id; `depends_on.restart` asks for a fresh start after the dependency had one.
 */
export function spread(project: ComposeProject, decisions: ContainerDecision[]): ContainerDecision[] {
  let result = decisions;
  // Decisions only ever grow, from keep over restart to recreate, so this ends.
  for (;;) {
    const renewal = renewalOf(result);
    const before = result;
    result = before.map((decision) => spreadTo(project, decision, renewal));
    if (result.every((decision, index) => decision === before[index])) return result;
  }
}

function renewalOf(decisions: ContainerDecision[]): Renewal {
  const those = (holds: (decision: ContainerDecision) => boolean): Set<string> =>
    new Set(decisions.filter(holds).map(({ service }) => service));
  return {
    // A further replica takes nothing from those that are there.
    replaced: those(({ action, number }) => action === 'recreate' || (action === 'create' && number === 1)),
    started: those(({ action }) => action === 'start' || action === 'restart'),
  };
}

function spreadTo(
  project: ComposeProject,
  decision: ContainerDecision,
  { replaced, started }: Renewal,
): ContainerDecision {
  const service = project.services[decision.service];
  if (service === undefined || decision.action === 'create' || decision.action === 'recreate')
    return decision;
  const gone = sharedNamespaces(service).find((name) => replaced.has(name));
  if (gone !== undefined) {
    const reason = `It shares a namespace with ${gone}, which is replaced.`;
    return { ...decision, action: 'recreate', reason };
  }
  if (decision.action !== 'keep') return decision;
  const reason = restartReason(service, { replaced, started });
  return reason === null ? decision : { ...decision, action: 'restart', reason };
}

function restartReason(service: ComposeService, { replaced, started }: Renewal): string | null {
  const ended = sharedNamespaces(service).find((name) => started.has(name));
  if (ended !== undefined) return `It shares a namespace with ${ended}, which is started again.`;
  const asking = Object.keys(service.depends_on).filter((name) => service.depends_on[name]?.restart);
  const dependency = asking.find((name) => replaced.has(name) || started.has(name));
  if (dependency === undefined) return null;
  const what = replaced.has(dependency) ? 'replaced' : 'started again';
  return `Its dependency ${dependency} is ${what}, and depends_on asks for a restart.`;
}
