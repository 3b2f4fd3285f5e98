/** The life of one connection to an engine as a pure reducer. Times are epoch milliseconds. */
import type { Failure, Host } from '../../../preload/contract';
import { compareApiVersions } from '../../words/api-version';
import type { EngineInfo } from './engine';

export interface ConnectionState {
  shown: Host['connection'];
  /** When the engine last answered; null when never. */
  lastSeenAt: number | null;
  /** The daemon that last answered here. */
  engineId: string | null;
}

export type ConnectionEvent =
  | { type: 'attempt'; at: number }
  | { type: 'connected'; at: number; info: EngineInfo }
  | { type: 'seen'; at: number }
  | { type: 'failed'; at: number; failure: Failure; nextAttemptAt: number | null }
  | { type: 'released' };

const OLDEST_API = '1.41';
const UNLIMITED_API = '1.44';

export function isSupportedApi(version: string): boolean {
  return compareApiVersions(version, OLDEST_API) >= 0;
}

export function idleConnection(unsupported: string | null): ConnectionState {
  const shown: Host['connection'] =
    unsupported === null ? { state: 'idle' } : { state: 'unsupported', reason: unsupported };
  return { shown, lastSeenAt: null, engineId: null };
}

function adviceFor(info: EngineInfo, replaced: boolean): string | null {
  if (replaced) return 'Another engine answers at this endpoint than before.';
  if (compareApiVersions(info.apiVersion, UNLIMITED_API) >= 0) return null;
  return `Docker Engine ${info.engineVersion} has no fast health checks during start (API 1.44). Starting takes a little longer.`;
}

function connectedTo(info: EngineInfo, since: number, advice: string | null): Host['connection'] {
  if (!isSupportedApi(info.apiVersion))
    return {
      state: 'unsupported',
      reason: `Docker Engine ${info.engineVersion} offers API ${info.apiVersion}; ${OLDEST_API} is the oldest supported. Upgrade the engine to 20.10 or newer.`,
    };
  const { engineVersion, apiVersion, operatingSystem, cpus, memoryBytes } = info;
  return { state: 'connected', since, engineVersion, apiVersion, operatingSystem, cpus, memoryBytes, advice };
}

function onConnected(state: ConnectionState, at: number, info: EngineInfo): ConnectionState {
  const replaced = state.engineId !== null && state.engineId !== info.id;
  const { shown } = state;
  const goesOn = shown.state === 'connected' && !replaced;
  const advice = goesOn ? shown.advice : adviceFor(info, replaced);
  return {
    shown: connectedTo(info, goesOn ? shown.since : at, advice),
    lastSeenAt: at,
    engineId: info.id,
  };
}

function onFailed(
  state: ConnectionState,
  { at, failure, nextAttemptAt }: Extract<ConnectionEvent, { type: 'failed' }>,
): ConnectionState {
  const since = state.shown.state === 'unreachable' ? state.shown.since : at;
  const { lastSeenAt } = state;
  return { ...state, shown: { state: 'unreachable', since, failure, lastSeenAt, nextAttemptAt } };
}

/** Later attempts stay `unreachable`: alternating with `connecting` would make the screen flicker. */
function onAttempt(state: ConnectionState, at: number): ConnectionState {
  const { shown } = state;
  if (shown.state === 'idle') return { ...state, shown: { state: 'connecting', since: at } };
  if (shown.state === 'unreachable') return { ...state, shown: { ...shown, nextAttemptAt: null } };
  return state;
}

export function reduceConnection(state: ConnectionState, event: ConnectionEvent): ConnectionState {
  switch (event.type) {
    case 'attempt':
      return onAttempt(state, event.at);
    case 'connected':
      return onConnected(state, event.at, event.info);
    case 'seen':
      return { ...state, lastSeenAt: event.at };
    case 'failed':
      return onFailed(state, event);
    case 'released':
      return { ...state, shown: { state: 'idle' } };
  }
}
