/** The engine's daemon.json with a size limit on container logs. Pure. */
import { z } from 'zod';

const configSchema = z.looseObject({
  'log-driver': z.string().optional(),
  'log-opts': z.record(z.string(), z.string()).optional(),
});

const CAPS = { 'max-size': '10m', 'max-file': '3' };
/** These rotate by themselves or keep nothing on disk. */
const BOUNDED_DRIVERS = new Set(['local', 'journald', 'none', 'syslog', 'fluentd', 'gelf', 'awslogs']);

/** Null when the text is no JSON object that the engine would take. */
function parse(config: string | null): z.infer<typeof configSchema> | null {
  if (config === null || config.trim() === '') return {};
  try {
    return configSchema.parse(JSON.parse(config));
  } catch {
    return null;
  }
}

export function capsInPlace(config: string | null): boolean {
  const parsed = parse(config);
  if (parsed === null) return false;
  if (BOUNDED_DRIVERS.has(parsed['log-driver'] ?? '')) return true;
  return parsed['log-opts']?.['max-size'] !== undefined;
}

/** The same configuration with the limit; null when it can't be read and must not be overwritten. */
export function withCaps(config: string | null): string | null {
  const parsed = parse(config);
  if (parsed === null) return null;
  const options = { ...CAPS, ...parsed['log-opts'] };
  return `${JSON.stringify({ ...parsed, 'log-driver': 'json-file', 'log-opts': options }, null, 2)}\n`;
}
