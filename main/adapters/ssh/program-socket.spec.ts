import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ServerChannel } from 'ssh2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNotifier } from '../../streams/notifier';
import { type ClientChannel, loadDriver } from './driver';
import { createOpenLink, type OpenLink } from './open-link';
import { throughProgram } from './program-socket';
import { startProgram } from './programs';
import { RELAY_CONNECTED } from './relay-command';

const target = {
  ...{ alias: 'box', host: '127.0.0.1', port: 22, user: 'me', hostKeyName: 'box', agent: null },
  ...{ identityFiles: [], identitiesOnly: true, jumps: [], knownHostsFiles: [], unsupported: [] },
  ...{ connectTimeoutMs: 1000, keepaliveIntervalMs: 0, keepaliveCountMax: 0 },
};

interface Far extends Disposable {
  link: OpenLink;
  /** What the far side holds of the next program. */
  program: Promise<ServerChannel>;
}

/** A server that runs nothing: what a program says, and when, is up to the test. */
async function startFar(): Promise<Far> {
  const { Client, Server, utils } = await loadDriver();
  const { private: hostKey } = utils.generateKeyPairSync('ed25519');
  const server = new Server({ hostKeys: [hostKey] });
  const program = new Promise<ServerChannel>((resolve) => {
    server.on('connection', (client) => {
      client.on('error', () => undefined).on('authentication', (attempt) => attempt.accept());
      client.on('session', (accept) => accept().on('exec', (acceptExec) => resolve(acceptExec())));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const client = new Client();
  client.on('error', () => undefined);
  client.connect({ sock: connect(address.port, '127.0.0.1'), username: 'me' });
  await once(client, 'ready');
  const passage = {
    ...{ client, target, machine: 'me@box:22', handshakes: 1, localAddress: null },
    ...{ wireBytes: () => ({ sent: 0, received: 0 }), close: () => client.end() },
  };
  const link = createOpenLink(passage, createNotifier(), () => new Error('the link is lost'));
  return {
    ...{ link, program },
    [Symbol.dispose]() {
      link.lose(new Error('the end of the test'));
      server.close();
    },
  };
}

let far: Far;
beforeEach(async () => {
  far = await startFar();
});
afterEach(() => {
  vi.useRealTimers();
  far[Symbol.dispose]();
});

/** A forward whose last byte was read here: only the end of the program is still to come. */
async function readToItsEnd({ said = '', exit }: { said?: string; exit?: number | string } = {}) {
  let channel: ClientChannel | undefined;
  const { socket, connected } = await throughProgram(
    {
      capacity: 1,
      async start(command) {
        const program = await startProgram(far.link, command);
        channel = program.channel;
        return { link: far.link, program };
      },
    },
    'relay',
    'forwards',
  );
  const program = await far.program;
  if (!channel) throw new Error('no program was started');
  const ended = once(channel, 'end');
  let whole = false;
  const outcome = text(socket).then(
    (all) => {
      whole = true;
      return { all };
    },
    (error: unknown) => ({ error }),
  );
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  program.stderr.write(`${RELAY_CONNECTED}${said}`);
  await connected;
  program.write('whole');
  if (typeof exit === 'number') program.exit(exit);
  else if (exit) program.exit(exit);
  program.eof();
  await ended;
  await new Promise(setImmediate);
  expect(whole).toBe(false);
  return { program, outcome };
}

describe('the end of a forward through a program', () => {
  it('is an end once the program ended well', async () => {
    const { program, outcome } = await readToItsEnd({ exit: 0 });
    program.close();
    expect(await outcome).toEqual({ all: 'whole' });
  });

  it('is an error where the program says that it was none, in its words', async () => {
    const { program, outcome } = await readToItsEnd({ said: 'Connection reset by peer\n', exit: 1 });
    program.close();
    expect(await outcome).toMatchObject({
      error: { code: 'ECONNRESET', message: 'Connection reset by peer' },
    });
  });

  it('is an error where the program was ended', async () => {
    const { program, outcome } = await readToItsEnd({ exit: 'KILL' });
    program.close();
    expect(await outcome).toMatchObject({
      error: { code: 'ECONNRESET', message: 'the relay ended with SIGKILL' },
    });
  });

  it('is an error where nothing says how it ended, before long', async () => {
    const { outcome } = await readToItsEnd();
    vi.advanceTimersByTime(5_000);
    expect(await outcome).toMatchObject({
      error: { code: 'ECONNRESET', message: 'the relay ended with no word' },
    });
  });

  it('is the loss of the link where that comes first', async () => {
    const { outcome } = await readToItsEnd();
    far.link.lose(new Error('the link is lost'));
    expect(await outcome).toMatchObject({ error: { message: 'the link is lost' } });
  });
});
