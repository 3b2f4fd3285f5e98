import { createReadStream } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ComposeBuild } from '../compose-file/model';
import { dockerfileText } from '../plan/base-images';
import {
  type ContextEntry,
  contextEntries,
  dockerfileInContext,
  requireContext,
} from '../plan/context-files';
import { type TarEntry, tarEnd, tarHeader, tarOf, tarPadding } from './tar';

/** Where a Dockerfile from outside the context lands inside the archive. */
const OUTSIDE_DOCKERFILE = '.bizosaas.Dockerfile';
const PERMISSIONS = 0o7777;

export interface BuildContext {
  tar: Readable;
  /** Path inside the archive. */
  dockerfile: string;
}

/** The context as a tar stream, `.dockerignore` applied. Rejects with NOT_FOUND without the folder or its Dockerfile. */
export async function buildContext(build: ComposeBuild): Promise<BuildContext> {
  const text = await dockerfileText(build);
  await requireContext(build);
  const inside = dockerfileInContext(build);
  const end =
    inside === null
      ? tarOf([{ path: OUTSIDE_DOCKERFILE, content: Buffer.from(text), mode: 0o644 }])
      : tarEnd();
  return { dockerfile: inside ?? OUTSIDE_DOCKERFILE, tar: Readable.from(contextBlocks(build, end)) };
}

async function* contextBlocks(build: ComposeBuild, end: Buffer): AsyncGenerator<Buffer> {
  for await (const entry of contextEntries(build)) yield* entryBlocks(entry);
  yield end;
}

async function* entryBlocks({ path, location, info }: ContextEntry): AsyncGenerator<Buffer> {
  const modifiedAt = Math.floor(info.mtimeMs / 1000);
  const about = { path, mode: info.mode & PERMISSIONS, size: 0, modifiedAt };
  if (info.isDirectory()) yield tarHeader({ ...about, path: `${path}/` });
  else if (info.isSymbolicLink()) yield tarHeader({ ...about, link: await readlink(location) });
  else if (info.isFile()) yield* fileBlocks(location, { ...about, size: info.size });
}

/** Exactly as many bytes as the header promises, even when the file grows or shrinks meanwhile. */
async function* fileBlocks(file: string, entry: TarEntry): AsyncGenerator<Buffer> {
  yield tarHeader(entry);
  let left = entry.size;
  if (left > 0) {
    for await (const chunk of createReadStream(file, { end: entry.size - 1 })) {
      const bytes = Buffer.from(chunk);
      left -= bytes.length;
      yield bytes;
    }
  }
  if (left > 0) yield Buffer.alloc(left);
  yield tarPadding(entry.size);
}
