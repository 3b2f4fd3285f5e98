/** A second connection for bulk data, so that a delivery never slows a terminal on the first. */
import type { BulkChannel, RemoteProgram } from '../../services/hosts/ssh/face';
import { createEngine } from '../engine-api';
import { createEngineAccess } from './engine-access';
import type { LiveLink } from './link';
import type { SshSessionOptions } from './options';
import { startProgram, stopProgram } from './programs';
import { createSessionPools } from './session-pool';

async function openProgram(live: LiveLink, command: string, signal?: AbortSignal): Promise<RemoteProgram> {
  const { link } = live;
  const { channel, ended } = await startProgram(link, command, { signal, counted: false });
  const stream = link.adopt(channel, 'bulk', { allowHalfOpen: true });
  let stderr = '';
  channel.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const onAbort = () => {
    stopProgram(channel);
    stream.destroy(new Error('aborted'));
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  const end = link.orLost(ended).finally(() => signal?.removeEventListener('abort', onAbort));
  end.catch(() => undefined);
  return { stream, ended: end.then(({ exitCode }) => ({ exitCode: exitCode ?? -1, stderr })) };
}

export async function withBulkLink<T>(
  live: LiveLink,
  { hostId, endpoint, enginePath, registryAuth }: SshSessionOptions,
  work: (bulk: BulkChannel) => Promise<T>,
): Promise<T> {
  const access = createEngineAccess({
    open: async () => live,
    pools: createSessionPools(null),
    hostId,
    endpoint,
    enginePath: enginePath ?? null,
  });
  const createConnection = () => access.dial();
  const { enter } = access;
  const engine = createEngine({ hostId, endpoint, registryAuth, createConnection, enter });
  try {
    return await work({
      engine,
      open: (command, signal) => openProgram(live, command, signal),
      engineSocket: access.socket,
      wireBytes: () => live.link.passage.wireBytes(),
    });
  } finally {
    engine.close();
    live.link.lose(new Error('the bulk connection is closed'));
  }
}
