/** The engine's names of what it did, as a person would say them. */
const words = new Map(
  Object.entries({
    create: 'Created',
    start: 'Started',
    restart: 'Restarted',
    stop: 'Stopped',
    kill: 'Sent a signal',
    die: 'Ended',
    oom: 'Exceeded its memory limit',
    pause: 'Paused',
    unpause: 'Resumed',
    rename: 'Renamed',
    update: 'Limits changed',
    destroy: 'Removed',
  }),
);

const HEALTH = 'health_status: ';

/** A name that is not known here stays the engine's own. */
export function eventWords(action: string): string {
  if (action.startsWith(HEALTH)) return `Health check: ${action.slice(HEALTH.length)}`;
  return words.get(action) ?? action;
}
