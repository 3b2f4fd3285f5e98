/** Window bounds kept between runs, and brought back only where a screen still shows them. */
import { readFileSync } from 'node:fs';
import { writeJsonAtomically } from '../adapters/settings-file/json-file';

const DEFAULT_BOUNDS = { width: 1280, height: 800 };
export const MINIMUM_SIZE = { width: 1024, height: 700 };

export interface WindowState {
  x?: number | undefined;
  y?: number | undefined;
  width: number;
  height: number;
  maximized: boolean;
}

interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The stored state, or the default when there is none or it can't be read. Sizes in DIP. */
export function readWindowState(file: string, screens: Rectangle[]): WindowState {
  const fallback = { ...DEFAULT_BOUNDS, maximized: false };
  try {
    const stored = checked(JSON.parse(readFileSync(file, 'utf8')));
    if (stored === null) return fallback;
    return isVisible(stored, screens) ? stored : { ...stored, x: undefined, y: undefined };
  } catch {
    return fallback;
  }
}

/** By hand: a schema would cost the first frame 100 kB. */
function checked(stored: unknown): WindowState | null {
  const fields = new Map<string, unknown>(Object.entries(stored ?? {}));
  const whole = (name: string, least: number) => {
    const value = fields.get(name);
    return typeof value === 'number' && Number.isInteger(value) && value >= least ? value : undefined;
  };
  const width = whole('width', MINIMUM_SIZE.width);
  const height = whole('height', MINIMUM_SIZE.height);
  if (width === undefined || height === undefined) return null;
  const place = { x: whole('x', Number.NEGATIVE_INFINITY), y: whole('y', Number.NEGATIVE_INFINITY) };
  return { ...place, width, height, maximized: fields.get('maximized') === true };
}

export function writeWindowState(file: string, state: WindowState): void {
  writeJsonAtomically(file, state);
}

/** True when the title bar's middle lies on a screen, so that the window can be grabbed. */
export function isVisible(state: WindowState, screens: Rectangle[]): boolean {
  if (state.x === undefined || state.y === undefined) return true;
  const middle = { x: state.x + state.width / 2, y: state.y + 10 };
  return screens.some(
    (screen) =>
      middle.x >= screen.x &&
      middle.x < screen.x + screen.width &&
      middle.y >= screen.y &&
      middle.y < screen.y + screen.height,
  );
}
