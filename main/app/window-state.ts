/** Window bounds kept between runs, and brought back only where a screen still shows them. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeJsonAtomically } from '../adapters/settings-file/json-file';

const DEFAULT_BOUNDS = { width: 1280, height: 800 };
export const MINIMUM_SIZE = { width: 1024, height: 700 };

const windowStateSchema = z.object({
  x: z.number().int().optional(),
  y: z.number().int().optional(),
  width: z.number().int().min(MINIMUM_SIZE.width),
  height: z.number().int().min(MINIMUM_SIZE.height),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof windowStateSchema>;

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
    const stored = windowStateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return isVisible(stored, screens) ? stored : { ...stored, x: undefined, y: undefined };
  } catch {
    return fallback;
  }
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
