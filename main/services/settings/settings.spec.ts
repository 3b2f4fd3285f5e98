import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings, type Settings, settingsSchema } from '../../../preload/contract';
import { createSettingsService, readSettings } from './settings';

function memoryStore(initial: unknown) {
  const written: Settings[] = [];
  return {
    path: '/settings.json',
    read: () => initial,
    write: (settings: Settings) => written.push(settings),
    written,
  };
}
function collector() {
  const warnings: unknown[] = [];
  return {
    info: () => undefined,
    error: () => undefined,
    warn: (_: string, data?: unknown) => warnings.push(data),
    warnings,
  };
}

describe('settings', () => {
  it('keeps every good field beside a bad one, and says which was bad', () => {
    const log = collector();
    const store = memoryStore({ theme: 'dark', zoom: 'huge', notifications: false, unheardOf: 1 });
    const service = createSettingsService({ store, log });
    expect(service.get()).toEqual({ ...defaultSettings, theme: 'dark', notifications: false });
    expect(log.warnings).toEqual([{ field: 'zoom', file: '/settings.json' }]);
  });

  it('is valid whatever the file holds', () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.record(
        { theme: fc.anything(), zoom: fc.anything(), addedStacks: fc.anything() },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(anything, (stored) => {
        expect(() => settingsSchema.parse(readSettings(stored, () => undefined))).not.toThrow();
      }),
    );
  });

  it('writes and announces a change, and leaves alone what the patch leaves out', () => {
    const store = memoryStore(undefined);
    const service = createSettingsService({ store, log: collector() });
    const heard: Settings[] = [];
    const stop = service.onChange((settings) => heard.push(settings));
    service.change({ zoom: 1.5, theme: undefined });
    stop();
    service.change({ theme: 'light' });
    expect(heard).toEqual([{ ...defaultSettings, zoom: 1.5 }]);
    expect(store.written.at(-1)).toEqual({ ...defaultSettings, zoom: 1.5, theme: 'light' });
  });

  it('refuses a bad value and stays as it was', () => {
    const store = memoryStore(undefined);
    const service = createSettingsService({ store, log: collector() });
    expect(() => service.change({ zoom: 9 })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    expect(() => service.change({ zoom: 9 })).toThrow('The setting zoom was not changed');
    expect(service.get()).toEqual(defaultSettings);
    expect(store.written).toEqual([]);
  });
});
