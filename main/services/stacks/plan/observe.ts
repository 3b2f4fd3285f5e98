import type { ContainerSummary, EnginePort } from '../../hosts/engine';
import type { HostSession } from '../../hosts/host-session';
import type { ComposeProject } from '../compose-file/model';
import { observeBases } from './base-images';
import { observeBuilds } from './build-digest';
import { definitionLabel } from './definition';
import { type Environment, fileDigests } from './file-objects';
import { COMPOSE, OWN, transientKind } from './labels';
import { type EngineLists, listEngine } from './lists';
import type { ObservedContainer, ObservedProject } from './model';

export interface ObserveOptions {
  signal?: AbortSignal | undefined;
  environment?: Environment | undefined;
  /** Asked for already; containers of other projects among them do no harm. */
  lists?: EngineLists | null;
}

/**
 * What the engine has of a project: four lists side by side, and an inspect only for containers
 * that docker compose made. Rejects with the engine's own errors.
 */
export async function observe(
  { engine }: Pick<HostSession, 'engine'>,
  project: ComposeProject,
  { signal, environment = {}, lists }: ObserveOptions = {},
): Promise<ObservedProject> {
  const { name } = project;
  const [{ containers, ...listed }, files, bases, builds] = await Promise.all([
    lists ?? listEngine(engine, { project: name, signal }),
    fileDigests(project, environment),
    observeBases(project),
    observeBuilds(project, environment),
  ]);
  const own = containers.filter(({ labels }) => labels[COMPOSE.project] === name);
  return { ...listed, containers: await detailed(engine, own, signal), files, bases, builds };
}

export async function observeContainers(
  engine: EnginePort,
  project: string,
  signal?: AbortSignal,
): Promise<ObservedContainer[]> {
  return detailed(engine, await engine.listContainers([`${COMPOSE.project}=${project}`], signal), signal);
}

function detailed(
  engine: EnginePort,
  listed: ContainerSummary[],
  signal?: AbortSignal,
): Promise<ObservedContainer[]> {
  const observed = listed.map(observedContainer).filter(({ oneOff }) => !oneOff);
  return Promise.all(observed.map((container) => withDetail(engine, container, signal)));
}

async function withDetail(
  engine: EnginePort,
  container: ObservedContainer,
  signal?: AbortSignal,
): Promise<ObservedContainer> {
  if (container.configHash !== null) return container;
  return { ...container, detail: await engine.inspectContainer(container.id, signal) };
}

export function observedContainer(summary: ContainerSummary): ObservedContainer {
  const { labels } = summary;
  return {
    ...summary,
    service: labels[COMPOSE.service] ?? '',
    number: Number(labels[COMPOSE.number] ?? 1),
    oneOff: labels[COMPOSE.oneOff]?.toLowerCase() === 'true',
    transient: transientKind(summary.name),
    running: summary.state === 'running',
    exitCode: exitCodeOf(summary),
    health: healthOf(summary.status),
    configHash: labels[OWN.configHash] ?? null,
    definition: definitionLabel(labels),
    detail: null,
  };
}

/** `Exited (137) 2 minutes ago`: the list carries the code nowhere else. */
function exitCodeOf(summary: ContainerSummary): number | null {
  const match = /^(?:Exited|Restarting|Dead) \((\d+)\)/.exec(summary.status);
  return match?.[1] === undefined ? null : Number(match[1]);
}

/** `Up 3 minutes (healthy)`. */
function healthOf(status: string): ObservedContainer['health'] {
  if (status.includes('(healthy)')) return 'healthy';
  if (status.includes('(unhealthy)')) return 'unhealthy';
  return status.includes('(health: starting)') ? 'starting' : null;
}
