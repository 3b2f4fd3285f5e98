import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProbeResult } from '../../../preload/contract';
import { isTimeout, raceSignal, withTimeout } from '../../streams/abortable';
import type { ProbeSpec } from '../stacks/extension';
import { type Answer, judge } from './judge';
import { redact } from './redact';
import { pingRedis, startPostgres } from './wire';

export interface ProbeRequest {
  spec: ProbeSpec;
  /** Where the connection goes; for the text of the result, and for `connect`. */
  address: string;
  port: number;
  /** Rejects with the system's code in `code`. */
  connect: (address: string, port: number, signal: AbortSignal) => Promise<Duplex>;
  now: () => number;
}

export interface Probed {
  result: ProbeResult;
  /** False when not even a TCP connection came about for lack of a route: another way may work. */
  reached: boolean;
}

const BODY_LIMIT_BYTES = 64 * 1024;
const EXCERPT_CHARS = 300;
const NO_ROUTE = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  // Over SSH: the server forwards nothing, or has no session to spare.
  'EACCES',
  'EBUSY',
]);

/** One probe from outside the container, bounded in time and size. Rejects only when `signal` aborts. */
export async function probeService(probe: ProbeRequest, signal: AbortSignal): Promise<Probed> {
  const timeoutMs = probe.spec.timeoutSeconds * 1000;
  const limit = withTimeout(timeoutMs, signal);
  const began = performance.now();
  const progress = { connected: false };
  try {
    const answer = await ask(probe, progress, limit.signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return failedAnswer(error, probe, { timeoutMs, connected: progress.connected });
    });
    const reached = progress.connected || !(answer.kind === 'timeout' || hasNoRoute(answer));
    return { result: resultOf(probe, answer, performance.now() - began), reached };
  } finally {
    limit[Symbol.dispose]();
  }
}

async function ask(
  probe: ProbeRequest,
  progress: { connected: boolean },
  signal: AbortSignal,
): Promise<Answer> {
  const connecting = probe.connect(probe.address, probe.port, signal);
  const connection = await raceSignal(connecting, signal).catch((error: unknown) => {
    // A connection that comes after all must not stay open.
    connecting.then((late) => late.destroy()).catch(() => undefined);
    throw error;
  });
  progress.connected = true;
  // A reset after the answer is nobody's concern, but unheard it would end the process.
  connection.on('error', () => undefined);
  try {
    return await raceSignal(talk(probe.spec, connection), signal);
  } finally {
    connection.destroy();
  }
}

function talk(spec: ProbeSpec, connection: Duplex): Promise<Answer> {
  switch (spec.kind) {
    case 'http':
      return askHttp(spec, connection);
    case 'postgres':
      return startPostgres(connection);
    case 'redis':
      return pingRedis(connection);
    case 'tcp':
      return Promise.resolve({ kind: 'open' });
  }
}

/**
 * The host name cannot be resolved and `agent` is left out on purpose: with `agent: false` Node
 * ignores createConnection and the request would leave this machine.
 */
function askHttp(spec: ProbeSpec, connection: Duplex): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: 'probe.invalid',
      createConnection: () => connection,
      setHost: false,
      method: spec.method,
      path: spec.path,
      headers: { ...bodyHeaders(spec), ...spec.headers, host: spec.host, connection: 'close' },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      const finish = () =>
        resolve({
          kind: 'http',
          status: response.statusCode ?? 0,
          body: Buffer.concat(parts).toString('utf8', 0, BODY_LIMIT_BYTES),
        });
      response.on('data', (part: Buffer) => {
        parts.push(part);
        size += part.length;
        if (size >= BODY_LIMIT_BYTES) finish();
      });
      response.on('end', finish);
      response.on('error', reject);
    });
    outgoing.end(spec.body);
  });
}

function bodyHeaders(spec: ProbeSpec): Record<string, string> {
  const accept = { accept: '*/*', 'user-agent': 'bizosaas-console-probe' };
  if (spec.body === undefined) return accept;
  return {
    ...accept,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(spec.body)),
  };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

function failedAnswer(
  error: unknown,
  { spec, port }: ProbeRequest,
  { timeoutMs, connected }: { timeoutMs: number; connected: boolean },
): Answer {
  const code = codeOf(error);
  if (isTimeout(error)) return { kind: 'timeout', afterMs: timeoutMs };
  if (code.startsWith('HPE_')) return { kind: 'other-protocol', expected: 'HTTP', excerpt: '' };
  if (connected) return { kind: 'refused', detail: `closes the connection on port ${port} before answering` };
  if (code === 'ECONNREFUSED') return { kind: 'refused', detail: `refuses connections on port ${spec.port}` };
  return { kind: 'refused', detail: `cannot be reached on port ${port} (${code || 'no code'})`, code };
}

function hasNoRoute(answer: Answer): boolean {
  return answer.kind === 'refused' && NO_ROUTE.has(answer.code ?? '');
}

function resultOf(probe: ProbeRequest, answer: Answer, latencyMs: number): ProbeResult {
  const { outcome, reason } = judge(answer, probe.spec);
  return {
    at: probe.now(),
    outcome,
    status: answer.kind === 'http' ? answer.status : null,
    latencyMs: Math.round(latencyMs * 10) / 10,
    excerpt: redact(excerptOf(answer)).slice(0, EXCERPT_CHARS),
    reason: redact(reason),
    target: targetOf(probe),
  };
}

function excerptOf(answer: Answer): string {
  if (answer.kind === 'http') return answer.body;
  if (answer.kind === 'other-protocol') return answer.excerpt;
  return answer.kind === 'accepting' || answer.kind === 'starting' ? answer.detail : '';
}

function targetOf({ spec, address, port }: ProbeRequest): string {
  const place = `${address.includes(':') ? `[${address}]` : address}:${port}`;
  switch (spec.kind) {
    case 'http':
      return `${spec.method} http://${place}${spec.path}`;
    case 'postgres':
      return `PostgreSQL start-up packet to ${place}`;
    case 'redis':
      return `PING to ${place}`;
    case 'tcp':
      return `TCP connection to ${place}`;
  }
}
