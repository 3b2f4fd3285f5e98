/** What a build context holds: the files that reach the builder, in a fixed order, the ignore file applied. */
import type { Stats } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { DomainError } from '../../errors';
import type { ComposeBuild } from '../compose-file/model';
import { dockerfilePath } from './base-images';
import { type IgnoreRules, parseIgnoreFile } from './ignore-file';

export interface ContextEntry {
  /** Relative to the context, forward slashes. */
  path: string;
  /** Where it lies on disk. */
  location: string;
  info: Stats;
}

/** Path of the Dockerfile inside the context; null when it is inline or lies elsewhere. */
export function dockerfileInContext(build: ComposeBuild): string | null {
  const inside = relative(build.context, dockerfilePath(build));
  const outside = build.dockerfile_inline !== undefined || inside.startsWith('..') || isAbsolute(inside);
  return outside ? null : inside.replaceAll('\\', '/');
}

/** Rejects with NOT_FOUND when there is no such folder. */
export async function requireContext(build: ComposeBuild): Promise<void> {
  const folder = await lstat(build.context).catch(() => null);
  if (folder?.isDirectory()) return;
  const message = `The build context ${build.context} is not a folder.`;
  throw new DomainError('NOT_FOUND', { kind: 'build context', name: build.context }, message);
}

/** Folders come before what they hold. */
export async function* contextEntries(build: ComposeBuild): AsyncGenerator<ContextEntry, void> {
  // The engine needs the Dockerfile even when the ignore file leaves it out.
  yield* folderEntries('', {
    root: build.context,
    rules: await ignoreRules(build),
    keep: dockerfileInContext(build),
  });
}

/** A file named after the Dockerfile wins over the common one, as in BuildKit. */
async function ignoreRules(build: ComposeBuild): Promise<IgnoreRules> {
  const own = await readFile(`${dockerfilePath(build)}.dockerignore`, 'utf8').catch(() => null);
  const common = own ?? (await readFile(join(build.context, '.dockerignore'), 'utf8').catch(() => ''));
  return parseIgnoreFile(common);
}

interface Selection {
  root: string;
  rules: IgnoreRules;
  keep: string | null;
}

async function* folderEntries(folder: string, selection: Selection): AsyncGenerator<ContextEntry, void> {
  const names = (await readdir(join(selection.root, folder))).sort();
  for (const name of names) yield* entriesAt(folder === '' ? name : `${folder}/${name}`, selection);
}

async function* entriesAt(path: string, selection: Selection): AsyncGenerator<ContextEntry, void> {
  const { root, rules, keep } = selection;
  const location = join(root, path);
  const info = await lstat(location);
  const left = rules.ignores(path) && path !== keep;
  if (!left) yield { path, location, info };
  if (!info.isDirectory()) return;
  const walked = !left || rules.hasExceptions || (keep?.startsWith(`${path}/`) ?? false);
  if (walked) yield* folderEntries(path, selection);
}
