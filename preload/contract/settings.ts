import { z } from 'zod';

const fields = {
  theme: z.enum(['system', 'light', 'dark']),
  /** 1 is 100 %. */
  zoom: z.number().min(0.5).max(2),
  selectedHostId: z.string().nullable(),
  selectedStackId: z.string(),
  /** Compose files the user added: absolute paths, merged in order. */
  addedStacks: z.array(z.object({ id: z.string(), project: z.string(), files: z.array(z.string()) })),
  /** Hosts over SSH the user added: `ssh:<destination>`, a title, and the destination as it was written. */
  addedHosts: z.array(z.object({ id: z.string(), title: z.string(), destination: z.string() })),
  probeIntervalSeconds: z.number().int().min(1).max(300),
  /** Pulls of hosts over SSH sign in with what `docker login` left on this machine; nothing is stored on the host. */
  useLocalRegistryCredentials: z.boolean(),
  notifications: z.boolean(),
  closeToTray: z.boolean(),
};

export const settingsSchema = z.object(fields);
export type Settings = z.infer<typeof settingsSchema>;

/** Kept free of defaults: a default inside a patch would reset every field the caller left out. */
export const settingsPatchSchema = z.object(fields).partial();
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;

export const defaultSettings: Settings = {
  theme: 'system',
  zoom: 1,
  selectedHostId: null,
  selectedStackId: 'sandbox',
  addedStacks: [],
  addedHosts: [],
  probeIntervalSeconds: 5,
  useLocalRegistryCredentials: true,
  notifications: true,
  closeToTray: false,
};
