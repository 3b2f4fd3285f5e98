/** A host whose engine is reached without forwarding and without the docker program: perl joins the two. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SshSession } from '../../main/services/hosts/ssh/face';
import { programsWithout } from '../support/programs-without';
import { openSshSession, sshTarget } from '../support/ssh-session';
import { type Sshd, startSshd } from '../support/sshd';

const run = promisify(execFile);

let programs: Awaited<ReturnType<typeof programsWithout>>;
let sshd: Sshd;
let session: SshSession;
beforeAll(async () => {
  programs = await programsWithout(['docker']);
  sshd = await startSshd({ allowStreamLocalForwarding: false, lines: [`SetEnv PATH=${programs.path}`] });
  session = openSshSession(sshTarget(sshd, { identityFiles: [(await sshd.addKey()).path] }));
});
afterAll(async () => {
  await session[Symbol.asyncDispose]();
  await sshd[Symbol.asyncDispose]();
  await programs[Symbol.asyncDispose]();
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
