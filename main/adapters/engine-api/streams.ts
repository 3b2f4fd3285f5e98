/** What the engine sends for as long as it is listened to: logs and events. */
import type { IncomingMessage } from 'node:http';
import type { EngineEvent, EnginePort, RawLogLine } from '../../services/hosts/engine';
import { createFrameParser } from '../../streams/docker-frames';
import { bytesOf } from './bytes';
import { type EngineClient, parseAs, splitLines } from './client';
import { translate } from './failures';
import { createLineAssembler } from './log-lines';
import { containerDetailSchema, eventSchema } from './schemas';
import type { EngineCall } from './transport';

const EVENT_TYPES = new Set(['container', 'image', 'network', 'volume', 'daemon']);
const NANOSECONDS_PER_MS = 1_000_000;

function isKnownType(type: string): type is Exclude<EngineEvent['type'], 'other'> {
  return EVENT_TYPES.has(type);
}

function toEvent(operation: string, value: unknown): EngineEvent {
  const event = parseAs(eventSchema, operation, value);
  return {
    at: event.timeNano > 0 ? Math.floor(event.timeNano / NANOSECONDS_PER_MS) : event.time * 1000,
    type: isKnownType(event.Type) ? event.Type : 'other',
    action: event.Action,
    actor: event.Actor?.ID ?? '',
    attributes: event.Actor?.Attributes ?? {},
  };
}

async function* framedLines(response: IncomingMessage): AsyncGenerator<RawLogLine, void> {
  const parser = createFrameParser();
  const assembler = createLineAssembler();
  for await (const chunk of bytesOf(response))
    for (const frame of parser.push(chunk)) yield* assembler.push(frame.stream, frame.payload);
  yield* assembler.finish();
}

/** A container with a terminal has one stream and no frames. */
async function* terminalLines(response: IncomingMessage): AsyncGenerator<RawLogLine, void> {
  for await (const line of splitLines(response))
    yield* createLineAssembler().push('stdout', Buffer.from(`${line}\n`));
}

export function createStreamCalls(client: EngineClient): Pick<EnginePort, 'logs' | 'events'> {
  /** Ends quietly when the caller aborts: nobody is left to be told. */
  async function* quietly<T>(
    operation: string,
    source: () => AsyncGenerator<T, void>,
    signal?: AbortSignal,
  ): AsyncGenerator<T, void> {
    try {
      yield* source();
    } catch (error) {
      if (!signal?.aborted) throw translate(client.options, operation, error, signal);
    }
  }

  return {
    logs(id, options, signal) {
      const name = client.names.of(id);
      const operation = `Read the log of container ${name}`;
      const subject = { kind: 'container', name };
      const at = `/containers/${encodeURIComponent(id)}`;
      return quietly(
        operation,
        async function* () {
          const inspect = { operation, method: 'GET', path: `${at}/json`, subject, signal } as const;
          const tty = await hasTerminal(client, inspect);
          const query = {
            stdout: true,
            stderr: true,
            timestamps: true,
            follow: options.follow,
            tail: options.tail,
            since: options.since === undefined ? undefined : stampToEngineTime(options.since),
          };
          const response = await client.open({ ...inspect, path: `${at}/logs`, query });
          yield* tty ? terminalLines(response) : framedLines(response);
        },
        signal,
      );
    },
    events(options, signal) {
      const operation = 'Follow events';
      const [since, until] = [options.since, options.until].map((at) =>
        at === undefined ? undefined : toEngineTime(at),
      );
      return quietly(
        operation,
        async function* () {
          const path = '/events';
          const filters = options.actions && JSON.stringify({ event: options.actions });
          const query = { since, until, filters };
          for await (const line of client.lines({ operation, method: 'GET', path, query, signal }))
            yield toEvent(operation, line);
          if (until === undefined) throw client.lost(operation, signal);
        },
        signal,
      );
    },
  };
}

/** An RFC 3339 stamp with nanoseconds, as log lines carry; a number of seconds is passed on. */
export function stampToEngineTime(stamp: string): string {
  const at = Date.parse(stamp.replace(/\.\d+/, ''));
  if (Number.isNaN(at) || /^[\d.]+$/.test(stamp)) return stamp;
  const fraction = /\.(\d+)/.exec(stamp)?.[1] ?? '0';
  return `${at / 1000}.${fraction.padEnd(9, '0')}`;
}

/** Seconds with nanoseconds, the only form that does not lose the fraction. */
export function toEngineTime(at: number): string {
  const seconds = Math.floor(at / 1000);
  return `${seconds}.${String(Math.round((at - seconds * 1000) * NANOSECONDS_PER_MS)).padStart(9, '0')}`;
}

async function hasTerminal(client: EngineClient, inspect: EngineCall): Promise<boolean> {
  return (await client.json(containerDetailSchema, inspect)).Config.Tty;
}
