/** The sandbox from outside: what runs on the engine, and the faults its services can be given. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { COMMAND_LINE } from '../../main/bootstrap/paths.mjs';
import { openTestSession, removeProject } from './engine';

const run = promisify(execFile);

export const SANDBOX_PROJECT = 'bizosaas-sandbox';
export const SANDBOX_IMAGES = ['service', 'postgres', 'redis'].map((name) => `${SANDBOX_PROJECT}/${name}:1`);
/** Its control answers for every service and is never given a fault here. */
const CONTROL = 'http://127.0.0.1:8001/sandbox/faults';

export type Fault = 'lie' | 'fail' | 'slow-start' | 'crash-loop' | 'eat-memory' | 'flood-log';

export async function setFault(service: string, fault: Fault): Promise<void> {
  await control(service, { method: 'POST', body: JSON.stringify({ fault }) });
}

/** Takes the cause away; the service still needs its restart. */
export async function clearFault(service: string): Promise<void> {
  await control(service, { method: 'DELETE' });
}

async function control(service: string, request: RequestInit): Promise<void> {
  const answer = await fetch(`${CONTROL}/${service}`, request);
  if (!answer.ok)
    throw new Error(`${request.method} fault of ${service}: ${answer.status} ${await answer.text()}`);
}

/** Specs own the sandbox while they run; one that a person started is not theirs to take away. */
export async function requireNoSandbox(): Promise<void> {
  const left = await sandboxObjects();
  if (left.containers.length > 0) {
    throw new Error(
      `The engine already runs ${SANDBOX_PROJECT}: ${left.containers.join(', ')}. Remove it first.`,
    );
  }
}

export async function sandboxObjects() {
  const { engine } = openTestSession();
  const label = [`com.docker.compose.project=${SANDBOX_PROJECT}`];
  const [containers, networks, volumes] = await Promise.all([
    engine.listContainers(label),
    engine.listNetworks(label),
    engine.listVolumes(label, { diskUsage: false }),
  ]);
  engine.close();
  return {
    containers: containers.map((each) => each.name),
    running: containers.filter((each) => each.state === 'running').map((each) => each.name),
    networks: networks.map((each) => each.name),
    volumes: volumes.map((each) => each.name),
  };
}

export async function removeSandbox(): Promise<void> {
  const session = openTestSession();
  await removeProject(session, SANDBOX_PROJECT);
  session.engine.close();
}

/** Builds them where this machine's engine has none: they come into being with the sandbox itself. `home`: a folder for the console's own files. */
export async function requireSandboxImages(home: string): Promise<void> {
  const { engine } = openTestSession();
  const looks = SANDBOX_IMAGES.map((reference) => engine.inspectImage(reference));
  const found = await Promise.allSettled(looks);
  engine.close();
  if (found.every(({ status }) => status === 'fulfilled')) return;
  await requireNoSandbox();
  const env = { ...process.env, BIZOSAAS_HOME: home };
  await run(process.execPath, [COMMAND_LINE, 'up', '--stack', 'sandbox', '--yes'], { env });
  await removeSandbox();
}
