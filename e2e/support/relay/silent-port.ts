/**
 * A port of this machine that drops every packet, as a firewall does: its listener accepts nothing
 * and its queue is full, so Linux leaves further connection requests without an answer. No packet
 * filter is touched.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface SilentPort extends AsyncDisposable {
  host: string;
  port: number;
}

/** Node takes a queue of 0 for "the usual one"; one of 1 holds two. */
const LISTENER = `const server = require('net').createServer();
server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => console.log(server.address().port));`;
const FILLERS_LIMIT = 20;
const UNANSWERED_MS = 300;

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stream })) return line;
  throw new Error('The listener ended without a word');
}

async function connected(socket: Socket): Promise<boolean> {
  socket.on('error', () => undefined);
  const signal = AbortSignal.timeout(UNANSWERED_MS);
  return once(socket, 'connect', { signal }).then(
    () => true,
    () => false,
  );
}

/** The listener takes a few more until the signal has stopped it. */
async function fill(port: number): Promise<Socket[]> {
  const fillers: Socket[] = [];
  while (fillers.length < FILLERS_LIMIT) {
    const filler = connect(port, '127.0.0.1');
    fillers.push(filler);
    if (!(await connected(filler))) return fillers;
  }
  throw new Error(`The queue of port ${port} did not fill`);
}

export async function openSilentPort(): Promise<SilentPort> {
  const child = spawn(process.execPath, ['-e', LISTENER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = Number(await firstLine(child.stdout));
  child.kill('SIGSTOP');
  const fillers = await fill(port);
  return {
    host: '127.0.0.1',
    port,
    async [Symbol.asyncDispose]() {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
