/** electron-builder's hook: the default app would let any folder be run as this application. */
import { rm } from 'node:fs/promises';
import path from 'node:path';

/** @param {{ appOutDir: string, electronPlatformName: string }} context */
export default async function afterPack({ appOutDir, electronPlatformName }) {
  if (electronPlatformName !== 'linux') return;
  await rm(path.join(appOutDir, 'resources/default_app.asar'), { force: true });
}
