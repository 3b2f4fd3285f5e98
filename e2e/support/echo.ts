import { createServer, type Socket } from 'node:net';
import { freePort } from './free-port';

export interface Echo extends AsyncDisposable {
  port: number;
  /** Who is connected now. */
  sockets: ReadonlySet<Socket>;
}

/** Says what it hears; keeps its side open until everything was said. */
export async function startEcho(): Promise<Echo> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    socket.pipe(socket);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
