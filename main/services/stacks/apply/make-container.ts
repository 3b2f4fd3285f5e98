import { apiAtLeast } from '../../../words/api-version';
import { hasCode, isDomainError } from '../../errors';
import type { ContainerCreateSpec } from '../../hosts/engine';
import type { ComposeService } from '../compose-file/model';
import { canonicalJson, isRecord } from '../plan/canonical';
import { attachedNetworks } from '../plan/container-network';
import { containerSpec } from '../plan/container-spec';
import { type ContainerContext, specFacts } from '../plan/decide-containers';
import { imageIndex } from '../plan/image-index';
import { newName, OWN } from '../plan/labels';
import type { ContainerDecision, ObservedContainer } from '../plan/model';
import { deliverFiles } from './file-delivery';
import type { Pass } from './pass-model';

/** Creates the container of a decision: under its final name, or beside the one it replaces. */
export async function makeContainer(
  pass: Pass,
  service: ComposeService,
  decision: ContainerDecision,
): Promise<string> {
  pass.signal.throwIfAborted();
  const replaces = decision.action === 'recreate' ? decision.existing : null;
  const created = await createWithImage(pass, service, decision);
  const { id, spec } = created;
  try {
    await connectFurtherNetworks(pass, id, spec);
    await deliverFiles(pass.engine, id, { ...pass, service });
  } catch (error) {
    await pass.engine.removeContainer(id, { force: true, volumes: replaces === null }).catch(() => undefined);
    throw error;
  }
  return id;
}

/** An image that vanished since the plan was made is had once more. */
async function createWithImage(
  pass: Pass,
  service: ComposeService,
  decision: ContainerDecision,
): Promise<{ id: string; spec: ContainerCreateSpec }> {
  const attempt = async (): Promise<{ id: string; spec: ContainerCreateSpec }> => {
    const spec = specFor(pass, service, decision);
    const name = decision.action === 'recreate' ? newName(spec.name) : spec.name;
    return { id: await pass.createLimit(() => create(pass, { ...spec, name })), spec };
  };
  try {
    return await attempt();
  } catch (error) {
    if (!hasCode(error, 'NOT_FOUND') || !/no such image/i.test(error.message)) throw error;
    await pass.regainImage(service.name);
    return attempt();
  }
}

/** The decisions' context with what this pass has made since the observation. */
export function contextOf(pass: Pass): ContainerContext {
  const { project, observed, decisions } = pass;
  return { project, observed, networks: decisions.networks, imageId: imageIndex(observed.images) };
}

function specFor(
  pass: Pass,
  service: ComposeService,
  { number, existing }: ContainerDecision,
): ContainerCreateSpec {
  const bookkeeping = {
    [OWN.apply]: pass.journalId,
    [OWN.networks]: canonicalJson(networkIds(pass, service)),
  };
  const anonymousVolumes = existing === null ? {} : anonymousVolumesOf(existing);
  const facts = { ...specFacts(contextOf(pass), service, number, existing), anonymousVolumes, bookkeeping };
  const spec = containerSpec(pass.project, service, facts);
  return keepImageVolumes(spec, anonymousVolumes);
}

function networkIds(pass: Pass, service: ComposeService): Record<string, string> {
  const names = attachedNetworks(pass.project, service).map(([, name]) => name);
  const known = pass.observed.networks.filter(({ name }) => names.includes(name));
  return Object.fromEntries(known.map(({ name, id }) => [name, id]));
}

/** Anonymous volumes have 64 hex digits for a name. */
export function anonymousVolumesOf(container: ObservedContainer): Record<string, string> {
  const anonymous = container.mounts.filter(
    ({ type, name }) => type === 'volume' && /^[0-9a-f]{64}$/.test(name),
  );
  return Object.fromEntries(anonymous.map(({ target, name }) => [target, name]));
}

/** Volumes that the image declares: the file doesn't name them, and their data still has to move along. */
function keepImageVolumes(spec: ContainerCreateSpec, anonymous: Record<string, string>): ContainerCreateSpec {
  const host = isRecord(spec.body.HostConfig) ? spec.body.HostConfig : {};
  const mounts = Array.isArray(host.Mounts) ? host.Mounts.filter(isRecord) : [];
  const binds = Array.isArray(host.Binds) ? host.Binds.map(String) : [];
  const taken = new Set([...mounts.map(({ Target }) => Target), ...binds.map((bind) => bind.split(':')[1])]);
  const further = Object.entries(anonymous)
    .filter(([target]) => !taken.has(target))
    .map(([Target, Source]) => ({ Type: 'volume', Source, Target }));
  if (further.length === 0) return spec;
  return { ...spec, body: { ...spec.body, HostConfig: { ...host, Mounts: [...mounts, ...further] } } };
}

/** Engines before 1.44 take one network at creation; the others are joined afterwards. */
async function create(pass: Pass, spec: ContainerCreateSpec): Promise<string> {
  pass.signal.throwIfAborted();
  const body = { ...spec.body, NetworkingConfig: { EndpointsConfig: firstEndpoints(pass, spec) } };
  const wanted = { ...spec, body };
  try {
    return (await pass.engine.createContainer(wanted)).id;
  } catch (error) {
    if (!isOwnLeftover(error)) throw error;
    await removeNamesake(pass, spec.name, error);
    return (await pass.engine.createContainer(wanted)).id;
  }
}

function isOwnLeftover(error: unknown): boolean {
  return (
    hasCode(error, 'CONFLICT') && /name .* is already in use/i.test(isDomainError(error) ? error.message : '')
  );
}

/** A namesake that this project's apply made and never started is a leftover; any other belongs to somebody. */
async function removeNamesake(pass: Pass, name: string, conflict: unknown): Promise<void> {
  const namesake = await pass.engine.inspectContainer(name);
  const own = namesake.labels[OWN.apply] !== undefined && namesake.state === 'created';
  if (!own) throw conflict;
  await pass.engine.removeContainer(namesake.id, { force: true, volumes: false });
}

function endpointsOf(spec: ContainerCreateSpec): [string, unknown][] {
  const config = isRecord(spec.body.NetworkingConfig) ? spec.body.NetworkingConfig : {};
  return isRecord(config.EndpointsConfig) ? Object.entries(config.EndpointsConfig) : [];
}

function takesAllNetworks(pass: Pass): boolean {
  return apiAtLeast(pass.observed.apiVersion, '1.44');
}

function firstEndpoints(pass: Pass, spec: ContainerCreateSpec): Record<string, unknown> {
  const all = endpointsOf(spec);
  return Object.fromEntries(takesAllNetworks(pass) ? all : all.slice(0, 1));
}

async function connectFurtherNetworks(pass: Pass, id: string, spec: ContainerCreateSpec): Promise<void> {
  if (takesAllNetworks(pass)) return;
  for (const [network, endpoint] of endpointsOf(spec).slice(1)) {
    await pass.engine.connectNetwork(network, id, isRecord(endpoint) ? endpoint : {});
  }
}
