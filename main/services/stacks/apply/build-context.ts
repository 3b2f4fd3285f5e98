import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { DomainError } from '../../errors';
import type { ComposeBuild } from '../compose-file/model';
import { type IgnoreRules, parseIgnoreFile } from './ignore-file';
import { type TarEntry, tarEnd, tarHeader, tarOf, tarPadding } from './tar';

/** Where a Dockerfile from outside the context lands inside the archive. */
const OUTSIDE_DOCKERFILE = '.bizosaas.Dockerfile';

export interface BuildContext {
  tar: Readable;
  /** Path inside the archive. */
  dockerfile: string;
}

/** The text of the Dockerfile of a build. Rejects with NOT_FOUND. */
export async function dockerfileText(build: ComposeBuild): Promise<string> {
  if (build.dockerfile_inline !== undefined) return build.dockerfile_inline;
  const path = dockerfilePath(build);
  return readFile(path, 'utf8').catch(() => {
    throw new DomainError(
      'NOT_FOUND',
      { kind: 'Dockerfile', name: path },
      `The Dockerfile ${path} can't be read.`,
    );
  });
}

function dockerfilePath(build: ComposeBuild): string {
  return resolve(build.context, build.dockerfile ?? 'Dockerfile');
}

/** The context as a tar stream, `.dockerignore` applied. Rejects with NOT_FOUND when there is no such folder. */
export async function buildContext(build: ComposeBuild): Promise<BuildContext> {
  const text = await dockerfileText(build);
  const folder = await lstat(build.context).catch(() => null);
  if (!folder?.isDirectory()) {
    const message = `The build context ${build.context} is not a folder.`;
    throw new DomainError('NOT_FOUND', { kind: 'build context', name: build.context }, message);
  }
  const inside = relative(build.context, dockerfilePath(build));
  const outside = build.dockerfile_inline !== undefined || inside.startsWith('..') || isAbsolute(inside);
  const dockerfile = outside ? OUTSIDE_DOCKERFILE : inside.replaceAll('\\', '/');
  const rules = await ignoreRules(build);
  // The engine needs the Dockerfile even when the ignore file leaves it out.
  const keep = new Set([dockerfile]);
  const extra = outside
    ? tarOf([{ path: OUTSIDE_DOCKERFILE, content: Buffer.from(text), mode: 0o644 }])
    : null;
  return { dockerfile, tar: Readable.from(contextBlocks(build.context, { rules, keep, extra })) };
}

/** A file named after the Dockerfile wins over the common one, as in BuildKit. */
async function ignoreRules(build: ComposeBuild): Promise<IgnoreRules> {
  const own = await readFile(`${dockerfilePath(build)}.dockerignore`, 'utf8').catch(() => null);
  const common = own ?? (await readFile(join(build.context, '.dockerignore'), 'utf8').catch(() => ''));
  return parseIgnoreFile(common);
}

interface Selection {
  rules: IgnoreRules;
  keep: ReadonlySet<string>;
  extra: Buffer | null;
}

async function* contextBlocks(root: string, selection: Selection): AsyncGenerator<Buffer> {
  yield* folderBlocks(root, '', selection);
  if (selection.extra !== null) yield selection.extra;
  else yield tarEnd();
}

async function* folderBlocks(root: string, folder: string, selection: Selection): AsyncGenerator<Buffer> {
  const names = (await readdir(join(root, folder))).sort();
  for (const name of names) {
    const path = folder === '' ? name : `${folder}/${name}`;
    yield* entryBlocks(root, path, selection);
  }
}

async function* entryBlocks(root: string, path: string, selection: Selection): AsyncGenerator<Buffer> {
  const info = await lstat(join(root, path));
  const left = selection.rules.ignores(path) && !selection.keep.has(path);
  const about = { path, mode: info.mode & 0o7777, size: 0, modifiedAt: Math.floor(info.mtimeMs / 1000) };
  if (info.isDirectory()) {
    if (!left) yield tarHeader({ ...about, path: `${path}/` });
    if (!left || selection.rules.hasExceptions || holdsKept(path, selection.keep)) {
      yield* folderBlocks(root, path, selection);
    }
  } else if (left) return;
  else if (info.isSymbolicLink()) yield tarHeader({ ...about, link: await readlink(join(root, path)) });
  else if (info.isFile()) yield* fileBlocks(join(root, path), { ...about, size: info.size });
}

function holdsKept(folder: string, keep: ReadonlySet<string>): boolean {
  return [...keep].some((path) => path.startsWith(`${folder}/`));
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
