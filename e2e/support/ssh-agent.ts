import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface SshAgent extends AsyncDisposable {
  path: string;
}

/** An ssh-agent of a test's own that holds the given private keys, in this order. */
export async function startSshAgent(keys: string[], name = 'socket'): Promise<SshAgent> {
  const directory = await mkdtemp(join(tmpdir(), 'bz-agent-'));
  const path = join(directory, name);
  const agent = spawn('/usr/bin/ssh-agent', ['-D', '-a', path], { stdio: ['ignore', 'pipe', 'inherit'] });
  // It says where it listens once it does.
  for await (const _line of createInterface({ input: agent.stdout })) break;
  for (const key of keys) {
    const env = { ...process.env, SSH_AUTH_SOCK: path };
    const [code]: unknown[] = await once(
      spawn('/usr/bin/ssh-add', ['-q', key], { env, stdio: 'ignore' }),
      'exit',
    );
    if (code !== 0) throw new Error(`ssh-add ended with ${code}`);
  }
  return {
    path,
    async [Symbol.asyncDispose]() {
      agent.kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
