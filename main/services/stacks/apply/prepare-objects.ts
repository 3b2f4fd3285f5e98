import { DomainError, hasCode } from '../../errors';
import type { ComposeService } from '../compose-file/model';
import { attachedNetworks } from '../plan/container-network';
import { mountedVolumes } from '../plan/container-storage';
import { networkBody, volumeBody } from '../plan/decide-objects';
import type { ObjectDecision } from '../plan/model';
import type { Pass } from './pass-model';

type Prepared = Map<string, Promise<void>>;

/** Starts every network and volume at once; each service waits for its own only. */
export function prepareObjects(pass: Pass): (service: ComposeService) => Promise<void> {
  const networks = start(pass.decisions.networks, (decision) => prepareNetwork(pass, decision));
  const volumes = start(pass.decisions.volumes, (decision) => prepareVolume(pass, decision));
  return async (service) => {
    const own = [
      ...attachedNetworks(pass.project, service).map(([key]) => networks.get(key) ?? Promise.resolve()),
      ...mountedVolumes(pass.project, service).map((key) => volumes.get(key) ?? Promise.resolve()),
    ];
    await Promise.all(own);
  };
}

function start(decisions: ObjectDecision[], prepare: (decision: ObjectDecision) => Promise<void>): Prepared {
  return new Map(
    decisions.map((decision) => {
      const done = prepare(decision);
      // Each user of it sees the rejection; without a user nobody would.
      done.catch(() => undefined);
      return [decision.key, done];
    }),
  );
}

function missing(kind: string, { name, reason }: ObjectDecision): DomainError {
  return new DomainError('NOT_FOUND', { kind, name }, reason);
}

async function prepareNetwork(pass: Pass, decision: ObjectDecision): Promise<void> {
  if (decision.action === 'missing') throw missing('network', decision);
  if (decision.action === 'keep') return;
  const network = pass.project.networks[decision.key];
  if (network === undefined) return;
  pass.signal.throwIfAborted();
  await pass.step(`network:${decision.key}`, `Creating network ${decision.name}`, async () => {
    if (decision.action === 'recreate') await clearNetwork(pass, decision);
    const body = networkBody(pass.project, decision.key, network, pass.journalId);
    const { id } = await pass.engine.createNetwork(body);
    remember(pass, { name: decision.name, id, driver: network.driver ?? 'bridge' });
  });
}

/** Containers created in this pass record the id of the network they are in. */
function remember(pass: Pass, made: { name: string; id: string; driver: string }): void {
  const others = pass.observed.networks.filter(({ name }) => name !== made.name);
  const network = { ...made, labels: {}, subnets: [], internal: false, raw: {} };
  pass.observed = { ...pass.observed, networks: [...others, network] };
}

/** An engine can't alter a network: its containers have to leave it first, and are made anew anyway. */
async function clearNetwork(pass: Pass, { name }: ObjectDecision): Promise<void> {
  const members = pass.observed.containers.filter(({ addresses }) => name in addresses);
  await Promise.all(members.map(({ id }) => pass.engine.stopContainer(id, null)));
  await pass.engine.removeNetwork(name).catch((error: unknown) => {
    if (hasCode(error, 'NOT_FOUND')) return;
    throw error;
  });
}

async function prepareVolume(pass: Pass, decision: ObjectDecision): Promise<void> {
  if (decision.action === 'missing') throw missing('volume', decision);
  if (decision.action === 'keep') return;
  const volume = pass.project.volumes[decision.key];
  if (volume === undefined) return;
  pass.signal.throwIfAborted();
  await pass.step(`volume:${decision.key}`, `Creating volume ${decision.name}`, () =>
    pass.engine.createVolume(volumeBody(pass.project, decision.key, volume, pass.journalId)),
  );
}
