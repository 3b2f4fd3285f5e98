/** One digest for all that goes into a build, so that changed sources are noticed under an unchanged tag. */
import { readFile, readlink } from 'node:fs/promises';
import type { ComposeBuild, ComposeProject } from '../compose-file/model';
import { dockerfileText } from './base-images';
import { canonicalJson, digest } from './canonical';
import { type ContextEntry, contextEntries, dockerfileInContext } from './context-files';
import type { Environment } from './file-objects';

/** Reading more than this at each look would cost more than a build that finds all its steps cached. */
const LARGEST_CONTEXT_BYTES = 50 * 1024 * 1024;
const MANY_ENTRIES = 5_000;
const PERMISSIONS = 0o7777;

/** What of `build` changes its result; the rest says how to build. */
const RELEVANT = ['args', 'target', 'labels', 'additional_contexts', 'network', 'extra_hosts'] as const;

/** By service with a build that can be read; null where its context is too large to compare. */
export type BuildDigests = Record<string, string | null>;

export async function observeBuilds(
  project: ComposeProject,
  environment: Environment,
): Promise<BuildDigests> {
  const shared = new Map<string, Promise<string | null | undefined>>();
  const digestOnce = (build: ComposeBuild): Promise<string | null | undefined> => {
    const key = canonicalJson(build);
    const known = shared.get(key) ?? buildDigest(build, environment).catch(() => undefined);
    shared.set(key, known);
    return known;
  };
  const found = await Promise.all(
    Object.values(project.services).map(async ({ name, build }) => {
      const known = build === undefined ? undefined : await digestOnce(build);
      return known === undefined ? [] : [[name, known] as const];
    }),
  );
  return Object.fromEntries(found.flat());
}

/** Null over 50 MB or 5,000 files. Rejects when the context or the Dockerfile can't be read; pre-flight and the build itself tell about that. */
export async function buildDigest(build: ComposeBuild, environment: Environment): Promise<string | null> {
  const entries: ContextEntry[] = [];
  let bytes = 0;
  for await (const entry of contextEntries(build)) {
    entries.push(entry);
    bytes += entry.info.isFile() ? entry.info.size : 0;
    if (bytes > LARGEST_CONTEXT_BYTES || entries.length > MANY_ENTRIES) return null;
  }
  const files = await Promise.all(entries.map(describe));
  const args = Object.entries(build.args ?? {}).map(([key, value]) => [
    key,
    value ?? environment[key] ?? null,
  ]);
  const settings = Object.fromEntries(RELEVANT.map((key) => [key, build[key] ?? null]));
  const dockerfile = { at: dockerfileInContext(build), text: await dockerfileText(build) };
  return digest(canonicalJson({ ...settings, args, dockerfile, files: files.flat() }));
}

async function describe({ path, location, info }: ContextEntry): Promise<string[][]> {
  const mode = (info.mode & PERMISSIONS).toString(8);
  if (info.isSymbolicLink()) return [[path, 'link', await readlink(location)]];
  if (info.isDirectory()) return [[path, 'folder', mode]];
  return info.isFile() ? [[path, 'file', mode, await contentDigest(location, info)]] : [];
}

const contents = new Map<string, { stamp: string; digest: string }>();

/** A file is read again only when its time, its size or the file itself changed. */
async function contentDigest(location: string, info: ContextEntry['info']): Promise<string> {
  const stamp = `${info.ino} ${info.size} ${info.mtimeMs} ${info.ctimeMs}`;
  const known = contents.get(location);
  if (known?.stamp === stamp) return known.digest;
  const fresh = digest(await readFile(location));
  contents.set(location, { stamp, digest: fresh });
  return fresh;
}
