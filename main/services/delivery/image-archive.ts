/** Takes an image's configuration and the wanted layers out of the archive an engine saves, both layouts of it. */
import { createHash } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { z } from 'zod';
import { brokenArchive, readTar, type TarEntry } from './tar-reader';

export interface SavedLayer {
  diffId: string;
  /** A file of this machine with what the archive holds: a tar, or one that is compressed already. */
  file: string;
  sizeBytes: number;
  /** Hexadecimal, of the file. */
  sha256: string;
}

export interface SavedImage {
  /** As the engine keeps it: its SHA-256 is the image's id on a classic engine. */
  configuration: Buffer;
  diffIds: string[];
  /** The wanted ones, in the order of the image, each once. */
  layers: SavedLayer[];
}

interface SavedFile {
  file: string;
  sizeBytes: number;
  digest: string;
}

interface Contents {
  files: Map<string, SavedFile>;
  /** Path → path. */
  links: Map<string, string>;
}

const manifestSchema = z
  .array(z.looseObject({ Config: z.string(), Layers: z.array(z.string()).nullish() }))
  .min(1);
const configurationSchema = z.looseObject({
  rootfs: z.looseObject({ diff_ids: z.array(z.string()).nullish() }),
});

/**
 * The legacy layout has `<id>/layer.tar` with links between equal layers, that of engines from 25 on
 * `blobs/sha256/<digest>`; both end with a `manifest.json`. A layer of `leftOut` stays off the disk. Rejects with
 * CONFLICT for an archive that is no image's.
 */
export async function takeImage(
  archive: AsyncIterable<Buffer>,
  { leftOut, directory }: { leftOut: ReadonlySet<string>; directory: string },
): Promise<SavedImage> {
  const contents: Contents = { files: new Map(), links: new Map() };
  for await (const entry of readTar(archive)) {
    if (entry.kind === 'link') contents.links.set(entry.path, linkTarget(entry));
    if (entry.kind !== 'file' || leftOut.has(digestInPath(entry.path))) continue;
    const saved = await keep(entry, join(directory, String(contents.files.size)));
    contents.files.set(entry.path, saved);
    // In the legacy layout only the content tells which layer it is.
    if (leftOut.has(saved.digest)) await rm(saved.file);
  }
  return assemble(contents, leftOut);
}

function digestInPath(path: string): string {
  return path.replace(/^blobs\/sha256\//, 'sha256:');
}

function linkTarget({ path, target, symbolic }: TarEntry): string {
  return symbolic ? posix.join(posix.dirname(path), target) : posix.normalize(target);
}

async function keep(entry: TarEntry, file: string): Promise<SavedFile> {
  const hash = createHash('sha256');
  const handle = await open(file, 'wx', 0o600);
  try {
    for await (const chunk of entry.content) {
      hash.update(chunk);
      await handle.write(chunk);
    }
  } finally {
    await handle.close();
  }
  return { file, sizeBytes: entry.sizeBytes, digest: `sha256:${hash.digest('hex')}` };
}

async function assemble(contents: Contents, leftOut: ReadonlySet<string>): Promise<SavedImage> {
  const [manifest] = await jsonOf(contents, 'manifest.json', manifestSchema);
  if (manifest === undefined) throw brokenArchive('it names no image');
  const configuration = await contentOf(contents, manifest.Config);
  const { rootfs } = await jsonOf(contents, manifest.Config, configurationSchema);
  const diffIds = rootfs.diff_ids ?? [];
  const paths = manifest.Layers ?? [];
  if (paths.length !== diffIds.length) throw brokenArchive('its layers are not those of its image');
  const layers = new Map<string, SavedLayer>();
  for (const [index, diffId] of diffIds.entries()) {
    if (leftOut.has(diffId) || layers.has(diffId)) continue;
    const { file, sizeBytes, digest } = fileAt(contents, paths[index] ?? '');
    layers.set(diffId, { diffId, file, sizeBytes, sha256: digest.slice('sha256:'.length) });
  }
  return { configuration, diffIds, layers: [...layers.values()] };
}

function fileAt({ files, links }: Contents, path: string): SavedFile {
  const found = files.get(path) ?? files.get(links.get(path) ?? '');
  if (found === undefined) throw brokenArchive(`${path} is missing`);
  return found;
}

function contentOf(contents: Contents, path: string): Promise<Buffer> {
  return readFile(fileAt(contents, path).file);
}

async function jsonOf<S extends z.ZodType>(contents: Contents, path: string, schema: S): Promise<z.infer<S>> {
  const parsed = schema.safeParse(readJson((await contentOf(contents, path)).toString('utf8')));
  if (parsed.success) return parsed.data;
  throw brokenArchive(`${path} has an unknown shape`);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
