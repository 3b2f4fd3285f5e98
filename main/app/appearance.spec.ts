import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAppearance } from './appearance';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'appearance-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('the appearance of the first frame', () => {
  it('is what the settings say', () => {
    writeFileSync(join(directory, 'settings.json'), '{"theme": "dark", "zoom": 1.5, "notifications": 3}');
    expect(readAppearance(directory)).toEqual({ theme: 'dark', zoom: 1.5 });
  });

  it.each(['', '[]', '{"theme": "pink", "zoom": 9}', '{"theme": 1, "zoom": "2"}', '{"zoom": 0.1}'])(
    'is the default where the file holds %j',
    (text) => {
      writeFileSync(join(directory, 'settings.json'), text);
      expect(readAppearance(directory)).toEqual({ theme: 'system', zoom: 1 });
    },
  );

  it('is the default before there is a file', () => {
    expect(readAppearance(directory)).toEqual({ theme: 'system', zoom: 1 });
  });
});
