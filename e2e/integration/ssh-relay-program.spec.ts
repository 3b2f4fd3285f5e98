/** A host whose engine is reached without forwarding and without the docker program: perl joins the two. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SshSession } from '../../main/services/hosts/ssh/face';
import { openSshSession, sshTarget } from '../support/ssh-session';
import { type Sshd, startSshd } from '../support/sshd';

const run = promisify(execFile);

let programs: string;
let sshd: Sshd;
let session: SshSession;
beforeAll(async () => {
  programs = await mkdtemp(join(tmpdir(), 'without-docker-'));
  const others = (await readdir('/usr/bin')).filter((name) => name !== 'docker');
  await Promise.all(others.map((name) => symlink(join('/usr/bin', name), join(programs, name))));
  sshd = await startSshd({ allowStreamLocalForwarding: false, lines: [`SetEnv PATH=${programs}`] });
  session = openSshSession(sshTarget(sshd, { identityFiles: [(await sshd.addKey()).path] }));
});
afterAll(async () => {
  await session[Symbol.asyncDispose]();
  await sshd[Symbol.asyncDispose]();
  await rm(programs, { recursive: true, force: true });
});

describe('a server that forwards no sockets, on a machine without the docker program', () => {
  it('carries the engine through perl', async () => {
    expect((await session.run('sh', ['-c', 'command -v docker || echo none'])).stdout).toBe('none\n');
    const answers = await Promise.all(Array.from({ length: 30 }, () => session.engine.listContainers([])));
    expect(answers).toHaveLength(30);
    expect(session.link.report().transport).toBe('dial-stdio');
    const { stdout } = await run('pgrep', ['--list-full', 'perl']);
    expect(stdout).toContain('/var/run/docker.sock');
  });
});
