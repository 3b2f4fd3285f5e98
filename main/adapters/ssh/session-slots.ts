/**
 * How many programs may run at once on one connection. Servers allow ten sessions unless told otherwise
 * (MaxSessions) and refuse one more with the words of any other failure; the limit is learned from that.
 */
import { createSlots, type Slots } from './slots';

const DEFAULT_LIMIT = 8;

export interface SessionSlots extends Slots {
  readonly limit: number;
  /** The server refused one while `others` were open. */
  learn(others: number): void;
}

export function createSessionSlots(onPressure: () => void): SessionSlots {
  let limit = DEFAULT_LIMIT;
  const slots = createSlots({ limit: () => limit, onPressure });
  return {
    acquire: slots.acquire,
    get used() {
      return slots.used;
    },
    get waiting() {
      return slots.waiting;
    },
    get limit() {
      return limit;
    },
    learn(others) {
      limit = Math.max(1, Math.min(limit, others));
    },
  };
}
