/** What the settings say about the first frame, read before the console and its schemas are loaded. */
import { readSettingsFile } from '../adapters/settings-file/settings-store';

const THEMES = ['system', 'light', 'dark'] as const;
const ZOOM = { least: 0.5, most: 2, default: 1 };

export interface Appearance {
  theme: (typeof THEMES)[number];
  /** 1 is 100 %. */
  zoom: number;
}

/** Checked by hand: a schema would cost the first frame 100 kB. The settings service checks the same again later. */
export function readAppearance(configDirectory: string): Appearance {
  const stored = new Map<string, unknown>(Object.entries(readSettingsFile(configDirectory) ?? {}));
  const zoom = stored.get('zoom');
  return {
    theme: THEMES.find((theme) => theme === stored.get('theme')) ?? 'system',
    zoom: typeof zoom === 'number' && zoom >= ZOOM.least && zoom <= ZOOM.most ? zoom : ZOOM.default,
  };
}
