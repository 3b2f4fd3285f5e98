/** Engines for tests: the machine's own, and second ones that a test may kill, restart or fill up. */
import { randomBytes } from 'node:crypto';
import { createLocalSession } from '../../main/adapters/local';
import type { HostSession } from '../../main/services/hosts/host-session';
import { until } from './until';

export { type OwnEngine, startOwnEngine } from './own-engine';

const PROJECT_LABEL = 'com.docker.compose.project';
const DEFAULT_ENDPOINT = 'unix:///var/run/docker.sock';

/** A session to the engine of DOCKER_HOST, else the default socket. */
export function openTestSession(endpoint = process.env.DOCKER_HOST ?? DEFAULT_ENDPOINT): HostSession {
  return createLocalSession({ hostId: 'test', endpoint, environment: process.env });
}

/** A name nobody else uses: lower case, valid for projects, containers, networks and volumes. */
export function uniqueProject(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

/** Takes away every container, network and volume of a project, in this order. */
export async function removeProject(session: HostSession, project: string): Promise<void> {
  const { engine } = session;
  const label = [`${PROJECT_LABEL}=${project}`];
  const containers = await engine.listContainers(label);
  const options = { force: true, volumes: true };
  await Promise.all(containers.map((container) => engine.removeContainer(container.id, options)));
  // The engine lets go of a network's endpoint a moment after the container is gone.
  for (const network of await engine.listNetworks(label))
    await until(`network ${network.name} is removed`, () =>
      engine.removeNetwork(network.id).then(
        () => true,
        () => false,
      ),
    );
  for (const volume of await engine.listVolumes(label, { diskUsage: false }))
    await engine.removeVolume(volume.name);
}
