import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestSession } from '../support/engine';
import { tinyImage } from '../support/images';
import {
  oneTimeCode,
  passwordOf,
  startVps,
  startVpsBehindJump,
  type Vps,
  type VpsUser,
} from '../support/vps';

const run = promisify(execFile);
/** The image's packages come from Debian once per machine. */
const FIRST_BUILD_LIMIT_MS = 600_000;
const SSH_LIMIT_MS = 60_000;
const QUIET = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'BatchMode=yes'];

/** OpenSSH's client with nothing of this machine's own configuration. */
function client(box: Vps, user: string, extra: string[] = []): string[] {
  const options = [...extra, ...QUIET, 'IdentitiesOnly=yes', 'IdentityAgent=none'];
  const words = ['-F', '/dev/null', ...options.flatMap((option) => ['-o', option])];
  return [...words, '-i', box.key.path, '-p', String(box.port), `${user}@${box.host}`];
}

async function over(box: Vps, user: string, command: string): Promise<string> {
  const limit = { timeout: SSH_LIMIT_MS };
  return (await run('ssh', [...client(box, user), command], limit)).stdout.trim();
}

/** The client asks a program in place of a person; it gets the question and prints the answer. */
async function answering(box: Vps, user: VpsUser, method: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bz-askpass-'));
  const program = join(folder, 'askpass');
  const script = `#!/bin/sh
echo "$1" >> ${folder}/questions
case "$1" in *assword*) echo ${passwordOf(user)};; *) echo ${oneTimeCode()};; esac`;
  await writeFile(program, script, { mode: 0o700 });
  const env = { ...process.env, SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force' };
  const extra = ['BatchMode=no', 'PubkeyAuthentication=no', `PreferredAuthentications=${method}`];
  const { stdout } = await run('ssh', [...client(box, user, extra), 'id -un'], {
    env,
    timeout: SSH_LIMIT_MS,
  });
  const questions = await readFile(join(folder, 'questions'), 'utf8');
  await rm(folder, { recursive: true });
  return stdout + questions;
}

describe('a VPS in a box with an engine', () => {
  let box: Vps;
  beforeAll(async () => {
    box = await startVps({ engine: 'installed', dockerDiskBytes: 256 * 1024 * 1024 });
  }, FIRST_BUILD_LIMIT_MS);
  afterAll(() => box?.[Symbol.asyncDispose]());

  it('lets its users in, each with its rights', async () => {
    expect(await over(box, 'root', 'id -u')).toBe('0');
    expect(await over(box, 'operator', 'sudo -n id -u')).toBe('0');
    expect(await over(box, 'dockerer', 'docker info --format "{{.ServerVersion}}"')).toMatch(/^20\.10/);
    await expect(over(box, 'sudoer', 'sudo -n id -u')).rejects.toMatchObject({
      stderr: expect.stringContaining('password is required'),
    });
    await expect(over(box, 'plain', 'docker ps')).rejects.toMatchObject({
      stderr: expect.stringContaining('permission denied'),
    });
    await expect(over(box, 'onetime', 'id')).rejects.toMatchObject({
      stderr: expect.stringContaining('(keyboard-interactive)'),
    });
  });

  it('takes passwords, and asks one of them for a second thing', async () => {
    expect(await answering(box, 'plain', 'password')).toMatch(/^plain\n.*password: \n$/);
    expect(await answering(box, 'sudoer', 'keyboard-interactive')).toMatch(/^sudoer\n.*Password: \n$/);
    expect(await answering(box, 'onetime', 'keyboard-interactive')).toMatch(
      /^onetime\n.*Password: \n.*Verification code: \n$/,
    );
  });

  it('runs a container of an image that was copied into it', async () => {
    const session = openTestSession();
    await box.loadImage(await tinyImage(session));
    await session[Symbol.asyncDispose]();
    expect(await over(box, 'dockerer', 'docker run --rm --memory 32m bizosaas-e2e/tiny:2 echo inside')).toBe(
      'inside',
    );
  });

  it('has a disk that can be filled and a clock that goes wrong', async () => {
    await box.fillDisk();
    expect((await box.exec(['cp', '/etc/passwd', '/var/lib/docker/more'])).stderr).toContain('No space left');
    await box.freeDisk();
    const ahead = async () => Number(await over(box, 'plain', 'date +%s')) - Date.now() / 1000;
    await box.setClock(3600);
    expect(Math.abs((await ahead()) - 3600)).toBeLessThan(60);
    await box.setClock(0);
    expect(Math.abs(await ahead())).toBeLessThan(60);
  });

  it('reboots to the same machine on the same port', async () => {
    const keys = await box.hostKeys();
    const boot = await over(box, 'root', 'stat -c %Y /proc/1');
    await box.reboot();
    expect(await box.hostKeys()).toEqual(keys);
    expect(await over(box, 'root', 'stat -c %Y /proc/1')).not.toBe(boot);
    await box.waitForEngine();
  });
});

describe('a bare VPS behind another', () => {
  it('can be reached through the first only', async () => {
    await using boxes = await startVpsBehindJump();
    const { jump, inner } = boxes;
    const socket = connect(22, await inner.address());
    expect(await once(socket, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }]);
    await jump.authorize(['plain'], jump.key.publicLine);
    const proxy = `ProxyCommand=ssh ${client(jump, 'plain').join(' ')} -W %h:%p`;
    const words = client({ ...inner, host: 'inner' }, 'root', [proxy]);
    expect((await run('ssh', [...words, 'hostname'])).stdout).toBe('inner\n');
    expect((await inner.exec(['docker', 'info'])).exitCode).not.toBe(0);
  });
});
