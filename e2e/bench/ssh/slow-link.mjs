/**
 * A link with a delay, in a process of its own so that its event loop is not the one being measured. Prints one
 * JSON line with two ports: `relay` leads to the SSH server, `echo` to a server that sends back what it gets
 * through a relay of the same delay, so that the round trip itself can be measured. Ends with its standard input.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { withTypeScript } from '../../../main/bootstrap/type-script.mjs';

const RELAY = path.join(import.meta.dirname, '../../support/relay/index.ts');
const [host = '127.0.0.1', port = '', delay = '0'] = process.argv.slice(2);
const delayMs = Number(delay);

async function startEcho() {
  const server = createServer((socket) =>
    socket
      .setNoDelay(true)
      .on('error', () => undefined)
      .pipe(socket),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the echo server has no port');
  return address.port;
}

await withTypeScript(async (load) => {
  const { startRelay } = await load(RELAY);
  const relay = await startRelay({ to: { host, port: Number(port) }, delayMs });
  const echo = await startRelay({ to: { port: await startEcho() }, delayMs });
  process.stdout.write(`${JSON.stringify({ relay: relay.port, echo: echo.port })}\n`);
  await once(process.stdin.resume(), 'end');
});
process.exit(0);
