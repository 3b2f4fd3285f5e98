/**
 * Built-in stacks of a packaged app lie where nobody may write. They are copied into the data
 * folder, where they can be edited and where generated secrets fit. A new version refreshes what
 * was left alone; a file the user changed stays, with the new one beside it.
 */
import { createHash } from 'node:crypto';
import {
  access,
  chmod,
  constants,
  mkdir,
  readdir,
  readFile,
  rename,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';

const MANIFEST = '.shipped.json';
/** Made on the machine, never shipped; a folder that was run from a checkout may hold it. */
const NEVER_SHIPPED = new Set(['.secrets', 'node_modules', MANIFEST]);

const manifestSchema = z.record(z.string(), z.string());

export interface ShippedCopy {
  /** Files the user changed and that a new version changed too; the new one is at `<file>.new`. */
  keptEdited: string[];
}

export async function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** Brings `target` up to date with `source`. Rejects with the file system's own errors. */
export async function copyShipped(source: string, target: string): Promise<ShippedCopy> {
  await mkdir(target, { recursive: true, mode: 0o700 });
  const before = await readManifest(target);
  const after: Record<string, string> = {};
  const keptEdited: string[] = [];
  for (const path of await filesBelow(source, source)) {
    const shipped = await readFile(join(source, path));
    after[path] = digest(shipped);
    const outcome = await place({ source, target, path, shipped }, before[path]);
    if (outcome === 'kept') keptEdited.push(path);
  }
  await writeWhole(join(target, MANIFEST), Buffer.from(JSON.stringify(after, null, 1)));
  return { keptEdited };
}

async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const lists = await Promise.all(
    entries
      .filter((entry) => !NEVER_SHIPPED.has(entry.name))
      .map(async (entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return filesBelow(root, path);
        return entry.isFile() ? [relative(root, path)] : [];
      }),
  );
  return lists.flat();
}

async function readManifest(target: string): Promise<Record<string, string>> {
  const text = await readFile(join(target, MANIFEST), 'utf8').catch(() => '{}');
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch {
    // Without a manifest every file counts as the user's own, which loses nothing.
    return {};
  }
}

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

interface Shipment {
  source: string;
  target: string;
  path: string;
  shipped: Buffer;
}

async function place(
  { source, target, path, shipped }: Shipment,
  shippedBefore: string | undefined,
): Promise<'placed' | 'same' | 'kept'> {
  const goal = join(target, path);
  const present = await readFile(goal).catch(() => null);
  const presentDigest = present === null ? null : digest(present);
  if (presentDigest === digest(shipped)) return 'same';
  const { mode } = await stat(join(source, path));
  if (presentDigest === null || presentDigest === shippedBefore) {
    await writeWhole(goal, shipped, mode);
    return 'placed';
  }
  if (shippedBefore === digest(shipped)) return 'same';
  await writeWhole(`${goal}.new`, shipped, mode);
  return 'kept';
}

/** Half a Compose file would be worse than none. */
async function writeWhole(path: string, content: Buffer, mode = 0o600): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.tmp`;
  await writeFile(temporary, content);
  await chmod(temporary, (mode & 0o777) | 0o600);
  await rename(temporary, path);
}
