/** What the SSH benches share: a server of our own, the ssh command bent to its key and host keys, a link with a delay. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { HostTrust, SshSession } from '../../../main/services/hosts/ssh/face';
import { openSshSession, sshTarget } from '../../support/ssh-session';
import { knownHostsLine, type Sshd, startSshd } from '../../support/sshd';
import { until } from '../../support/until';

const run = promisify(execFile);

export interface Place {
  host: string;
  port: number;
}

export interface Ground extends AsyncDisposable {
  sshd: Sshd;
  /** The console's session; through `place` when a relay stands between. */
  session(place?: Place, enginePath?: string): SshSession;
  /** Folder whose `ssh` and `scp` know the server; put before PATH. */
  commands(place?: Place): Promise<string>;
}

/** Keeps nothing of what it was asked, which would be taken for memory of the session. */
const anyKey: HostTrust = {
  verify: async () => ({ kind: 'trusted' }),
  remember: async () => undefined,
  knownTypes: async () => [],
};

/** What the account's own start-up files do at every program is the machine's matter and no part of the console's or scp's time. */
const WITHOUT_START_UP_FILES = 'SetEnv HOME=/var/empty';

export async function startGround(): Promise<Ground> {
  const sshd = await startSshd({ lines: [WITHOUT_START_UP_FILES] });
  const key = await sshd.addKey();
  const user = sshd.user;
  return {
    sshd,
    session: (place = sshd, enginePath = undefined) =>
      openSshSession(sshTarget({ host: place.host, port: place.port, user }, { identityFiles: [key.path] }), {
        trust: anyKey,
        ...(enginePath !== undefined && { enginePath }),
      }),
    commands: (place = sshd) => commandFolder(sshd, place, key.path),
    [Symbol.asyncDispose]: () => sshd[Symbol.asyncDispose](),
  };
}

/** OpenSSH takes ~ from the user's account and not from HOME, so that only a command of our own can lead it elsewhere. */
async function commandFolder(sshd: Sshd, place: Place, keyPath: string): Promise<string> {
  const folder = join(sshd.directory, `commands-${place.port}`);
  await mkdir(folder, { recursive: true });
  const [hostKey] = sshd.hostKeys;
  if (!hostKey) throw new Error('the server has no host key');
  await writeFile(join(folder, 'known_hosts'), `${knownHostsLine(place, hostKey.publicLine)}\n`);
  const lines = ['Host *', `  IdentityFile ${keyPath}`, '  IdentitiesOnly yes', '  BatchMode yes'];
  await writeFile(
    join(folder, 'config'),
    `${[...lines, `  UserKnownHostsFile ${join(folder, 'known_hosts')}`].join('\n')}\n`,
  );
  for (const name of ['ssh', 'scp']) {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\nexec /usr/bin/${name} -F '${join(folder, 'config')}' "$@"\n`);
    await chmod(path, 0o755);
  }
  return folder;
}

/** Milliseconds of one command of the folder, or of a program that calls one. */
export async function timeCommand(folder: string, command: string, args: string[]): Promise<number> {
  const startedAt = performance.now();
  await run(command, args, { env: { ...process.env, PATH: `${folder}:${process.env.PATH}` } });
  return performance.now() - startedAt;
}

/** `ssh -N -L socket:engine`, standing until disposed. */
export async function plainForward(
  folder: string,
  { place, user, socket }: { place: Place; user: string; socket: string },
): Promise<AsyncDisposable> {
  const way = `${socket}:/var/run/docker.sock`;
  const args = ['-N', '-o', 'ExitOnForwardFailure=yes', '-p', String(place.port), '-L', way];
  const child = spawn(join(folder, 'ssh'), [...args, `${user}@${place.host}`], { stdio: 'ignore' });
  await until('the plain forward stands', () => answers(socket));
  return { [Symbol.asyncDispose]: () => ended(child) };
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
}

export interface SlowLink extends AsyncDisposable {
  place: Place;
  /** Median round trip in milliseconds over the same kind of relay, 20 times. */
  roundTrips(): Promise<number[]>;
}

const portsSchema = z.object({ relay: z.number(), echo: z.number() });

/** `delayMs` each way. */
export async function startSlowLink(to: Place, delayMs: number): Promise<SlowLink> {
  const script = join(import.meta.dirname, 'slow-link.mjs');
  const child = spawn(process.execPath, [script, to.host, String(to.port), String(delayMs)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const { value } = await lines[Symbol.asyncIterator]().next();
  const { relay, echo } = portsSchema.parse(JSON.parse(String(value)));
  return {
    place: { host: '127.0.0.1', port: relay },
    roundTrips: () => measureEcho(echo),
    [Symbol.asyncDispose]: () => ended(child),
  };
}

const ECHOES = 20;

async function measureEcho(port: number): Promise<number[]> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  const took: number[] = [];
  const next = () => new Promise((resolve) => socket.once('data', resolve));
  for (let round = 0; round <= ECHOES; round += 1) {
    const startedAt = performance.now();
    const answered = next();
    socket.write('x');
    await answered;
    // The first one makes the connection.
    if (round > 0) took.push(performance.now() - startedAt);
  }
  socket.destroy();
  return took;
}
