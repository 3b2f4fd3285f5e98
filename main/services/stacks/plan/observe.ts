import type { ContainerSummary, EnginePort } from '../../hosts/engine';
import type { HostSession } from '../../hosts/host-session';
import type { ComposeProject } from '../compose-file/model';
import { observeBases } from './base-images';
import { observeBuilds } from './build-digest';
import { definitionLabel } from './definition';
import { type Environment, fileDigests } from './file-objects';
import { COMPOSE, OWN, transientKind } from './labels';
import type { ObservedContainer, ObservedProject } from './model';

/**
 * What the engine has of a project: four lists side by side, and an inspect only for containers
 * that docker compose made. Rejects with the engine's own errors.
 */
export async function observe(
  session: HostSession,
  project: ComposeProject,
  signal?: AbortSignal,
  environment: Environment = {},
): Promise<ObservedProject> {
  const { engine } = session;
  const [apiVersion, containers, images, networks, volumes, files, bases, builds] = await Promise.all([
    engine.apiVersion(signal),
    observeContainers(engine, project.name, signal),
    engine.listImages(signal),
    engine.listNetworks([], signal),
    engine.listVolumes([], { diskUsage: false }, signal),
    fileDigests(project, environment),
    observeBases(project),
    observeBuilds(project, environment),
  ]);
  return { takenAt: Date.now(), apiVersion, containers, images, networks, volumes, files, bases, builds };
}

export async function observeContainers(
  engine: EnginePort,
  project: string,
  signal?: AbortSignal,
): Promise<ObservedContainer[]> {
  const listed = await engine.listContainers([`${COMPOSE.project}=${project}`], signal);
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
