import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../preload/contract';
import {
  type ConnectionEvent,
  type ConnectionState,
  idleConnection,
  reduceConnection,
} from './connection-state';
import type { EngineInfo } from './engine';

const failure: Failure = { code: 'ENGINE_UNAVAILABLE', message: 'gone', data: {} };

function info(change: Partial<EngineInfo> = {}): EngineInfo {
  return {
    id: 'one',
    engineVersion: '26.1.5',
    apiVersion: '1.45',
    operatingSystem: 'Debian',
    kernel: '6',
    architecture: 'x86_64',
    cpus: 2,
    memoryBytes: 1,
    rootDirectory: '/',
    storageDriver: 'overlay2',
    cgroupVersion: '2',
    rootless: false,
    ...change,
  };
}

const containing = (text: string): unknown => expect.stringContaining(text);

function reduce(...events: ConnectionEvent[]): ConnectionState {
  return events.reduce(reduceConnection, idleConnection(null));
}

describe('connection state', () => {
  it('goes from idle through connecting to connected', () => {
    expect(reduce({ type: 'attempt', at: 1 }).shown).toEqual({ state: 'connecting', since: 1 });
    const { shown } = reduce({ type: 'attempt', at: 1 }, { type: 'connected', at: 2, info: info() });
    expect(shown).toMatchObject({ state: 'connected', since: 2, advice: null });
  });

  it('stays unreachable since the first failure while it tries again', () => {
    const { shown } = reduce(
      { type: 'connected', at: 1, info: info() },
      { type: 'seen', at: 5 },
      { type: 'failed', at: 10, failure, nextAttemptAt: 20 },
      { type: 'attempt', at: 20 },
      { type: 'failed', at: 21, failure, nextAttemptAt: 40 },
    );
    expect(shown).toEqual({ state: 'unreachable', since: 10, failure, lastSeenAt: 5, nextAttemptAt: 40 });
  });

  it('refuses an engine that is too old and advises on an old one', () => {
    const at = (apiVersion: string) => reduce({ type: 'connected', at: 1, info: info({ apiVersion }) }).shown;
    expect(at('1.40')).toMatchObject({ state: 'unsupported', reason: containing('1.41') });
    expect(at('1.41')).toMatchObject({ state: 'connected', advice: containing('1.44') });
    expect(at('1.44')).toMatchObject({ state: 'connected', advice: null });
    expect(at('2.0')).toMatchObject({ state: 'connected', advice: null });
  });

  it('notices another engine at the same endpoint', () => {
    const { shown } = reduce(
      { type: 'connected', at: 1, info: info() },
      { type: 'connected', at: 9, info: info({ id: 'two' }) },
    );
    expect(shown).toMatchObject({ since: 9, advice: containing('Another engine') });
  });

  it('keeps a host of an unsupported kind unsupported', () => {
    expect(idleConnection('over SSH').shown).toEqual({ state: 'unsupported', reason: 'over SSH' });
  });

  it('never shows a failure after an answer, nor forgets when it was last seen', () => {
    const event = fc.constantFrom('attempt', 'connected', 'failed', 'seen', 'released');
    fc.assert(
      fc.property(fc.array(event), (types) => {
        let state = idleConnection(null);
        let seen: number | null = null;
        for (const [at, type] of types.entries()) {
          state = reduceConnection(state, eventOf(type, at));
          if (type === 'connected' || type === 'seen') seen = at;
          expect(state.lastSeenAt).toBe(seen);
          if (type === 'connected') expect(state.shown.state).toBe('connected');
          if (type === 'failed') expect(state.shown.state).toBe('unreachable');
          if ('since' in state.shown) expect(state.shown.since).toBeLessThanOrEqual(at);
        }
      }),
    );
  });
});

function eventOf(type: ConnectionEvent['type'], at: number): ConnectionEvent {
  if (type === 'connected') return { type, at, info: info() };
  if (type === 'failed') return { type, at, failure, nextAttemptAt: null };
  return type === 'released' ? { type } : { type, at };
}
