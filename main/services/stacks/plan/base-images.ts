/** Base images that the project can make itself: `x-bizosaas.bases` of the file, by image name. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DomainError } from '../../errors';
import type { ComposeBuild, ComposeProject } from '../compose-file/model';
import { EXTENSION_KEY, projectExtensionSchema } from '../extension';
import { dockerfileBases } from './dockerfile';

export interface ScriptedBase {
  base: string;
  /** As the file says it, relative to the project's folder. */
  script: string;
}

const basesSchema = projectExtensionSchema.pick({ bases: true });

export function scriptedBases(project: ComposeProject): ScriptedBase[] {
  const extension = basesSchema.safeParse(project.extensions[EXTENSION_KEY]);
  const bases = extension.success ? (extension.data.bases ?? {}) : {};
  return Object.entries(bases).map(([base, { script }]) => ({ base, script }));
}

/** Those among the scripted bases that a build starts from. Rejects with NOT_FOUND without its Dockerfile. */
export async function basesOfBuild(project: ComposeProject, build: ComposeBuild): Promise<ScriptedBase[]> {
  const scripted = scriptedBases(project);
  if (scripted.length === 0) return [];
  const named = dockerfileBases(await dockerfileText(build), build.args ?? {})?.bases ?? [];
  return scripted.filter(({ base }) => named.includes(base));
}

/** By service. A Dockerfile that can't be read is for pre-flight and the build itself to tell. */
export async function observeBases(project: ComposeProject): Promise<Record<string, ScriptedBase[]>> {
  const found = await Promise.all(
    Object.values(project.services).map(async ({ name, build }) => {
      const bases = build === undefined ? [] : await basesOfBuild(project, build).catch(() => []);
      return [name, bases] as const;
    }),
  );
  return Object.fromEntries(found.filter(([, bases]) => bases.length > 0));
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

export function dockerfilePath(build: ComposeBuild): string {
  return resolve(build.context, build.dockerfile ?? 'Dockerfile');
}
