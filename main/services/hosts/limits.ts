/** How long a connection may take, and how long is waited between attempts: a local engine answers at once, a far one may ask a person first. */
import { type MergedSignal, mergeSignals } from '../../streams/abortable';
import { isSshEndpoint } from './host-endpoint';

export interface ConnectionLimits {
  pingIntervalMs: number;
  pingMs: number;
  infoMs: number;
  reconnectFloorMs: number;
  reconnectCeilingMs: number;
  /** Between attempts callers are told the last failure: a server counts how often it is knocked at. */
  sparing: boolean;
}

/** Interval and limit together stay under the five seconds in which a dead engine has to show. */
const DIRECT: ConnectionLimits = {
  pingIntervalMs: 2_000,
  pingMs: 2_200,
  infoMs: 10_000,
  reconnectFloorMs: 250,
  reconnectCeilingMs: 5_000,
  sparing: false,
};

/** Likewise under the fifteen seconds of a link that is lost in silence. */
const OVER_SSH: ConnectionLimits = {
  pingIntervalMs: 3_000,
  pingMs: 10_000,
  infoMs: 20_000,
  reconnectFloorMs: 250,
  reconnectCeilingMs: 3_000,
  sparing: true,
};

export function limitsOf(endpoint: string): ConnectionLimits {
  return isSshEndpoint(endpoint) ? OVER_SSH : DIRECT;
}

const STEP_MS = 200;

/** Like `withTimeout`, but the time counts anew whenever `patient` was true: while a person is asked, say. */
export function withPatience(ms: number, patient: () => boolean, source: AbortSignal): MergedSignal {
  const merged = mergeSignals(source);
  let spentMs = 0;
  const timer = setInterval(() => {
    spentMs = patient() ? 0 : spentMs + STEP_MS;
    if (spentMs >= ms) merged.abort(new DOMException(`Timed out after ${ms} ms.`, 'TimeoutError'));
  }, STEP_MS);
  return {
    ...merged,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      merged[Symbol.dispose]();
    },
  };
}
