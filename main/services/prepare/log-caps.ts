/** The engine's daemon.json with a size limit on container logs. Pure. */
import { z } from 'zod';

const configSchema = z.looseObject({
  'log-driver': z.string().optional(),
  'log-opts': z.record(z.string(), z.string()).optional(),
});

const CAPS = { 'max-size': '10m', 'max-file': '3' };
const UNLIMITED = '-1';

/** Null when the text is no JSON object that the engine would take. */
function parse(config: string | null): z.infer<typeof configSchema> | null {
  if (config === null || config.trim() === '') return {};
  try {
    return configSchema.parse(JSON.parse(config));
  } catch {
    return null;
  }
}

/** Every driver but the engine's first one rotates by itself or keeps nothing on disk. */
export function capsInPlace(config: string | null): boolean {
  const parsed = parse(config);
  if (parsed === null) return false;
  if ((parsed['log-driver'] ?? 'json-file') !== 'json-file') return true;
  return isLimit(parsed['log-opts']?.['max-size']);
}

/** The same configuration with the limit; null when it can't be read and must not be overwritten. */
export function withCaps(config: string | null): string | null {
  const parsed = parse(config);
  if (parsed === null) return null;
  const { 'max-size': size, ...others } = parsed['log-opts'] ?? {};
  const options = { ...CAPS, ...others, ...(isLimit(size) && { 'max-size': size }) };
  return `${JSON.stringify({ ...parsed, 'log-driver': 'json-file', 'log-opts': options }, null, 2)}\n`;
}

function isLimit(size: string | undefined): size is string {
  return size !== undefined && size !== UNLIMITED;
}
