/**
 * dockerode's requests over the console's own transport. docker-modem would read DOCKER_HOST on its own,
 * inspect the agent at every request and never settle when a body is cut; the transport has none of
 * this and works over sockets, TLS and tunnels alike.
 */
import { type Duplex, Readable } from 'node:stream';
import { z } from 'zod';
import type { EngineCall, Query, Transport } from '../engine-api/transport';

export type DialCallback = (error: unknown, answer?: Readable) => void;

/** As much of docker-modem as dockerode's build uses. */
export interface Modem {
  dial(request: unknown, callback: DialCallback): void;
}

export interface BuildModem extends Modem {
  /** Why the engine gave no session; undefined when it did, or was not asked yet. */
  sessionRefusal(): unknown;
  /** dockerode ends a session with the body's end only, and an aborted body has none. */
  close(): void;
}

const requestSchema = z.object({
  path: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
  hijack: z.boolean().default(false),
  options: z.object({ version: z.string().optional(), session: z.string().optional() }).optional(),
  file: z.instanceof(Readable).optional(),
});
type DialRequest = z.infer<typeof requestSchema>;

export interface BuildCall extends Pick<EngineCall, 'operation' | 'subject' | 'signal'> {
  /** What dockerode's types have no room for, such as several tags. */
  query: Query;
}

export function createBuildModem(
  transport: Pick<Transport, 'open' | 'hijack'>,
  build: BuildCall,
): BuildModem {
  const { query, ...about } = build;
  let session: Duplex | undefined;
  let refusal: unknown;

  async function openSession(request: DialRequest): Promise<Duplex> {
    const { Upgrade: upgrade, ...headers } = request.headers;
    const call: EngineCall = { ...about, method: 'POST', path: request.path, headers, upgrade };
    session = await transport.hijack(call).catch((error: unknown) => {
      refusal = error;
      throw error;
    });
    // A session that breaks shows in the build's own answer.
    session.on('error', () => undefined);
    return session;
  }

  async function openBuild(request: DialRequest): Promise<Readable> {
    return transport.open({
      ...about,
      method: 'POST',
      path: request.path.replace(/\?$/, ''),
      query: { ...query, ...request.options },
      headers: { 'content-type': 'application/x-tar' },
      body: request.file,
    });
  }

  return {
    dial(value, callback) {
      const request = requestSchema.parse(value);
      const answer: Promise<Readable> = request.hijack ? openSession(request) : openBuild(request);
      answer.then((stream) => callback(null, stream), callback);
    },
    sessionRefusal: () => refusal,
    close: () => session?.destroy(),
  };
}
