/** Typed calls on top of the transport: version negotiation, JSON parsed by a schema, line-wise streams. */
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import { DomainError } from '../../services/errors';
import { raceSignal } from '../../streams/abortable';
import { compareApiVersions } from '../../words/api-version';
import { bytesOf } from './bytes';
import type { ConnectionOptions } from './connection';
import { type ContainerNames, createContainerNames } from './container-names';
import { translate } from './failures';
import { createTransport, type EngineAnswer, type EngineCall, type Transport } from './transport';

/** The newest API whose answers this adapter was written against. Newer engines are asked for this one. */
const NEWEST_KNOWN_API = '1.47';
const PING_LIMIT_MS = 4_000;
const MAX_JSON_LINE_BYTES = 8 * 1024 * 1024;

export interface EngineClient extends Transport {
  ping(signal?: AbortSignal): Promise<void>;
  json<S extends z.ZodType>(schema: S, call: EngineCall): Promise<z.infer<S>>;
  /** The parsed answer before any schema. */
  value(call: EngineCall): Promise<unknown>;
  /** Credentials of the image's registry as the header the engine expects; empty when there are none. */
  registryHeaders(reference: string): Promise<Record<string, string>>;
  /** One parsed JSON value per line of the answer. Ends quietly when the signal aborts. */
  lines(call: EngineCall): AsyncGenerator<unknown, void>;
  /** The newest API the engine offers, as its last ping said; may be newer than the one it is asked in. */
  offeredVersion(signal?: AbortSignal): Promise<string>;
  /** The failure of a stream that ended before it said what was waited for. */
  lost(operation: string, signal?: AbortSignal): DomainError;
  /** For messages. */
  readonly names: ContainerNames;
  readonly options: ConnectionOptions;
}

export function chooseVersion(engine: string): string {
  return compareApiVersions(engine, NEWEST_KNOWN_API) < 0 ? engine : NEWEST_KNOWN_API;
}

function versionIn({ headers }: EngineAnswer): string {
  return String(headers['api-version'] ?? NEWEST_KNOWN_API);
}

function parseJson(operation: string, body: Buffer | string): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    const detail = 'the answer is not valid JSON';
    throw new DomainError('ENGINE_REJECTED', { status: 200, operation, detail }, `${operation}: ${detail}.`, {
      cause: error,
    });
  }
}

export function parseAs<S extends z.ZodType>(schema: S, operation: string, value: unknown): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map((issue) => issue.path.join('.')).slice(0, 3);
  const detail = `the answer has an unknown shape at ${places.join(', ')}`;
  throw new DomainError('ENGINE_REJECTED', { status: 200, operation, detail }, `${operation}: ${detail}.`);
}

/** Complete lines of a byte stream; a line over 8 MiB is refused rather than collected without end. */
export async function* splitLines(stream: Readable): AsyncGenerator<string, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytesOf(stream)) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
      yield bytes.toString('utf8', 0, end);
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > MAX_JSON_LINE_BYTES) throw new Error('a line of the answer is too long');
    rest = bytes;
  }
  if (rest.length > 0) yield rest.toString('utf8');
}

/** Answers the value of X-Registry-Auth for an image reference, or null. */
export type RegistryAuth = (reference: string) => Promise<string | null>;

export interface ClientOptions extends ConnectionOptions {
  registryAuth?: RegistryAuth;
}

export function createClient(options: ClientOptions): EngineClient {
  let offered: Promise<string> | null = null;
  const transport = createTransport(options, async (call) =>
    chooseVersion(await offeredVersion(call.signal)),
  );

  function pingOnce(signal?: AbortSignal): Promise<EngineAnswer> {
    return transport.call({
      operation: 'Reach the engine',
      method: 'GET',
      path: '/_ping',
      unversioned: true,
      timeoutMs: PING_LIMIT_MS,
      signal,
    });
  }

  async function value(call: EngineCall): Promise<unknown> {
    const answer = await transport.call(call);
    return parseJson(call.operation, answer.body);
  }

  /** Shared by all callers, so it must not die with the first caller's signal. */
  function offeredVersion(signal?: AbortSignal): Promise<string> {
    offered ??= pingOnce()
      .then(versionIn)
      .catch((error: unknown) => {
        offered = null;
        throw error;
      });
    return raceSignal(offered, signal);
  }

  return {
    ...transport,
    options,
    names: createContainerNames(),
    offeredVersion,
    lost: (operation, signal) => translate(options, operation, new Error('the stream ended early'), signal),
    async ping(signal) {
      try {
        const answer = await pingOnce(signal);
        // The engine may have been upgraded while it was away.
        offered = Promise.resolve(versionIn(answer));
      } catch (error) {
        if (!signal?.aborted) offered = null;
        throw error;
      }
    },
    value,
    async json(schema, call) {
      return parseAs(schema, call.operation, await value(call));
    },
    async registryHeaders(reference): Promise<Record<string, string>> {
      const auth = await options.registryAuth?.(reference);
      return auth ? { 'x-registry-auth': auth } : {};
    },
    async *lines(call) {
      try {
        const response = await transport.open(call);
        for await (const line of splitLines(response)) if (line.trim()) yield parseJson(call.operation, line);
      } catch (error) {
        if (!call.signal?.aborted) throw translate(options, call.operation, error, call.signal);
      }
    },
  };
}
