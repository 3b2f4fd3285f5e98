/** Public face of the settings room. */
import type { Settings, SettingsPatch } from '../../../preload/contract';

/** Port: where settings are kept. A file that cannot be read is set aside, never overwritten in silence. */
export interface SettingsStore {
  read(): unknown;
  write(settings: Settings): void;
  readonly path: string;
}

export interface SettingsService {
  get(): Settings;
  change(patch: SettingsPatch): Settings;
  onChange(listener: (settings: Settings) => void): () => void;
  readonly path: string;
}
