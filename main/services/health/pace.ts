/** How soon the rows show what was seen. What is news shows at once; the rest waits, and is shown together. */

export const PUBLISH_AFTER_MS = 30;
/** Sixteen probes that find all as before wait for one look at the rows: that for the usage, if it is measured. */
const CONFIRM_AFTER_MS = 2000;
/** Attention is made of the rows, and some of its sentences tell an age. */
const CONFIRM_UNWATCHED_AFTER_MS = 10_000;
/** Where nobody looks and nothing is to be told, the next usage takes the probes along. */
const CONFIRM_CALM_AFTER_MS = 30_000;

interface Audience {
  /** Rows with usage are on show. */
  held: boolean;
  /** Somebody is at the window. */
  attended: boolean;
  /** Nothing needs attention. */
  calm: boolean;
}

/** For a probe that found a service as well as it was. */
export function confirmAfterMs({ held, attended, calm }: Audience): number {
  if (held && attended) return CONFIRM_AFTER_MS;
  return calm ? CONFIRM_CALM_AFTER_MS : CONFIRM_UNWATCHED_AFTER_MS;
}

/** At leisure usage is measured on the beat of the probes, and waits for their answers. */
export function showUsageAfterMs({ attended }: Pick<Audience, 'attended'>): number {
  return attended ? PUBLISH_AFTER_MS : CONFIRM_AFTER_MS;
}
