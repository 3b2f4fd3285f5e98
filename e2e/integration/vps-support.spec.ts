import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestSession } from '../support/engine';
import { tinyImage } from '../support/images';
import { startVps, startVpsBehindJump, type Vps } from '../support/vps';

const run = promisify(execFile);
const SSH_LIMIT_MS = 60_000;
const QUIET = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'BatchMode=yes'];

/** OpenSSH's client with nothing of this machine's own configuration. */
function client(box: Vps, user: string, extra: string[] = []): string[] {
  const options = [...QUIET, 'IdentitiesOnly=yes', 'IdentityAgent=none', ...extra];
  const words = ['-F', '/dev/null', ...options.flatMap((option) => ['-o', option])];
  return [...words, '-i', box.key.path, '-p', String(box.port), `${user}@${box.host}`];
}

async function over(box: Vps, user: string, command: string): Promise<string> {
  const limit = { timeout: SSH_LIMIT_MS };
  return (await run('ssh', [...client(box, user), command], limit)).stdout.trim();
}

describe('a VPS in a box with an engine', () => {
  let box: Vps;
  beforeAll(async () => {
    box = await startVps({ engine: 'installed', dockerDiskBytes: 256 * 1024 * 1024 });
  });
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
