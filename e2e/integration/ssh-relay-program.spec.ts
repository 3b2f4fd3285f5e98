/** A host whose engine is reached without forwarding and without the docker program: perl joins the two. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
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

/** The command line of a program which this server started, known by the folder it alone has in PATH; else empty. */
async function ofThisServer(pid: string): Promise<string> {
  const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  return (await read('environ')).includes(programs.path) ? read('cmdline') : '';
}

describe('a server that forwards no sockets, on a machine without the docker program', () => {
  it('carries the engine through perl', async () => {
    expect((await session.run('sh', ['-c', 'command -v docker || echo none'])).stdout).toBe('none\n');
    const answers = await Promise.all(Array.from({ length: 30 }, () => session.engine.listContainers([])));
    expect(answers).toHaveLength(30);
    expect(session.link.report().transport).toBe('dial-stdio');
    const { stdout } = await run('pgrep', ['perl']);
    const commands = await Promise.all(stdout.split('\n').map(ofThisServer));
    expect(commands.join('\n')).toContain('/var/run/docker.sock');
  });
});
