import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWindowState, writeWindowState } from './window-state';

const SCREEN = { x: 0, y: 0, width: 1920, height: 1080 };
const file = () => join(mkdtempSync(join(tmpdir(), 'window-')), 'window.json');

describe('window state', () => {
  it('comes back as it was left', () => {
    const path = file();
    const state = { x: 10, y: 20, width: 1300, height: 900, maximized: true };
    writeWindowState(path, state);
    expect(readWindowState(path, [SCREEN])).toEqual(state);
  });

  it('keeps its size but not its place when the screen is gone', () => {
    const path = file();
    writeWindowState(path, { x: 3000, y: 20, width: 1300, height: 900, maximized: false });
    expect(readWindowState(path, [SCREEN])).toEqual({ width: 1300, height: 900, maximized: false });
  });

  it.each(['', '{', '{"width":1}', 'null'])('falls back when the file holds %j', (content) => {
    const path = file();
    writeFileSync(path, content);
    expect(readWindowState(path, [SCREEN])).toEqual({ width: 1280, height: 800, maximized: false });
  });
});
