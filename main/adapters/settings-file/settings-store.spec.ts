import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../preload/contract';
import { createSettingsStore } from './settings-store';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'health-settings-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('the settings file', () => {
  it('gives back in the next session what this one wrote', () => {
    createSettingsStore({ directory }).write({ ...defaultSettings, theme: 'dark' });
    expect(createSettingsStore({ directory }).read()).toEqual({ ...defaultSettings, theme: 'dark' });
    expect(readdirSync(directory)).toEqual(['settings.json']);
  });

  it('keeps fields it does not know', () => {
    writeFileSync(join(directory, 'settings.json'), '{"fromNewerVersion": 1, "__proto__x": 2}');
    const store = createSettingsStore({ directory });
    store.write(defaultSettings);
    expect(createSettingsStore({ directory }).read()).toMatchObject({ fromNewerVersion: 1, theme: 'system' });
  });

  it.each(['{"theme": "da', '[]', 'null', ''])(
    'sets a file holding %j aside, unchanged, and starts anew',
    (text) => {
      writeFileSync(join(directory, 'settings.json'), text);
      const moved: string[] = [];
      const store = createSettingsStore({
        directory,
        now: () => 1234,
        onSetAside: (path) => moved.push(path),
      });
      expect(store.read()).toEqual({});
      store.write(defaultSettings);
      const aside = join(directory, 'settings.json.broken-1234');
      expect(moved).toEqual([aside]);
      expect(readFileSync(aside, 'utf8')).toBe(text);
    },
  );
});
