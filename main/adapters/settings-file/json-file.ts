import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;

/** A reader meets the old file or the new one, never half of either. The folder is made when missing. */
export function writeJsonAtomically(path: string, content: object): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.new`;
  writeFileSync(unfinished, `${JSON.stringify(content, null, 2)}\n`, { mode: OWNER_ONLY });
  renameSync(unfinished, path);
}
