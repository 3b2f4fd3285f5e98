import { defaultSettings, type Settings, settingsSchema } from '../../../preload/contract/settings';
import { DomainError } from '../errors';
import type { Log } from '../log';
import type { SettingsService, SettingsStore } from './face';

export interface SettingsDeps {
  store: SettingsStore;
  log: Log;
}

/** Reads once; every change is checked, written and then announced. `change` rejects bad fields with INVALID_INPUT. */
export function createSettingsService({ store, log }: SettingsDeps): SettingsService {
  const listeners = new Set<(settings: Settings) => void>();
  let current = readSettings(store.read(), (field) =>
    log.warn('A setting could not be read and went back to its default.', { field, file: store.path }),
  );
  return {
    path: store.path,
    get: () => current,
    change(patch) {
      current = checked({ ...current, ...withoutUndefined(patch) });
      store.write(current);
      for (const listener of [...listeners]) listener(current);
      return current;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** One bad field costs that field only, never the rest of the file. */
export function readSettings(stored: unknown, onBadField: (field: string) => void): Settings {
  if (typeof stored !== 'object' || stored === null) return defaultSettings;
  const fields = Object.entries(settingsSchema.shape).flatMap(([field, schema]) => {
    const value: unknown = Reflect.get(stored, field);
    if (value === undefined) return [];
    const parsed = schema.safeParse(value);
    if (!parsed.success) onBadField(field);
    return parsed.success ? [[field, parsed.data]] : [];
  });
  return settingsSchema.parse({ ...defaultSettings, ...Object.fromEntries(fields) });
}

function checked(settings: unknown): Settings {
  const parsed = settingsSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  const detail = issue?.message ?? 'not valid';
  throw new DomainError(
    'INVALID_INPUT',
    { field, detail },
    `The setting ${field} was not changed: ${detail}.`,
  );
}

function withoutUndefined(patch: object): object {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}
