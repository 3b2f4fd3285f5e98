import { stat } from 'node:fs/promises';
import type { ComposeBuild, ComposeService } from '../compose-file/model';
import { dockerfilePath, dockerfileText, scriptedBases } from '../plan/base-images';
import { dockerfileBases } from '../plan/dockerfile';
import { imageReference } from '../plan/service-facts';
import type { PreflightContext, RegistryAnswer } from './context';
import { findImage, offerOf } from './registry';

export interface BuildFacts {
  /** The Dockerfile, or what stands for it. */
  source: string;
  /** Where each base comes from; empty when there is none. */
  bases: string;
  problem: { evidence: string; advice: string } | null;
  doubt: string | null;
}

type BaseOrigin = {
  name: string;
  origin:
    | 'present'
    | 'delivered from this machine'
    | 'built here'
    | 'made here when no registry gives it'
    | RegistryAnswer;
};

export function judgeBases(source: string, bases: BaseOrigin[], unresolved: string[]): BuildFacts {
  const refused = bases.flatMap(({ name, origin }) =>
    typeof origin === 'object' && origin.kind === 'refused' ? [{ name, detail: origin.detail }] : [],
  );
  const silent = bases.flatMap(({ name, origin }) =>
    typeof origin === 'object' && origin.kind === 'silent' ? [`${name} (${origin.detail})`] : [],
  );
  const described = bases.map(
    ({ name, origin }) => `${name}: ${typeof origin === 'string' ? origin : 'the registry offers it'}`,
  );
  const doubts = [...silent, ...unresolved.map((name) => `${name} (depends on a build argument)`)];
  return {
    source,
    bases: described.length === 0 ? '' : `Base images: ${described.join(', ')}.`,
    problem:
      refused.length === 0
        ? null
        : {
            evidence: refused
              .map(({ name, detail }) => `Base image ${name} is not present and cannot be pulled: ${detail}`)
              .join(' '),
            advice: `Make the registry reachable or load ${refused.map(({ name }) => name).join(', ')} on the host.`,
          },
    doubt:
      doubts.length === 0
        ? null
        : `Not present; of ${source} these bases could not be confirmed: ${doubts.join(', ')}.`,
  };
}

function cannotBuild(source: string, evidence: string, advice: string): BuildFacts {
  return { source, bases: '', problem: { evidence, advice }, doubt: null };
}

/** A context to be fetched first, such as a git repository. */
function isRemote(context: string): boolean {
  return /^(https?|git|ssh):\/\/|^git@/.test(context);
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

export async function observeBuild(
  context: PreflightContext,
  service: ComposeService,
  ask: (reference: string) => Promise<RegistryAnswer>,
): Promise<BuildFacts> {
  const build: ComposeBuild = service.build ?? { context: '.' };
  if (isRemote(build.context)) {
    const evidence = `Not present, and the build context ${build.context} is not on this machine; only folders are built.`;
    const advice = `Fetch it into a folder and name that in build.context of ${service.name}, or build the image elsewhere and load it on the host.`;
    return cannotBuild(build.context, evidence, advice);
  }
  if (!(await isDirectory(build.context))) {
    const advice = `Correct build.context of ${service.name}.`;
    return cannotBuild(
      build.context,
      `Not present, and the build context ${build.context} is no folder.`,
      advice,
    );
  }
  const path = dockerfilePath(build);
  const text = await dockerfileText(build).catch(() => null);
  const parsed = text === null ? null : dockerfileBases(text, build.args ?? {});
  if (parsed === null) {
    const evidence = `Not present, and the Dockerfile ${path} ${text === null ? 'cannot be read' : 'has no FROM line'}.`;
    return cannotBuild(path, evidence, `Correct the build section of ${service.name}.`);
  }
  const source = build.dockerfile_inline === undefined ? path : 'the Dockerfile in the Compose file';
  return judgeBases(source, await origins(context, parsed.bases, ask), parsed.unresolved);
}

async function origins(
  context: PreflightContext,
  bases: string[],
  ask: (reference: string) => Promise<RegistryAnswer>,
): Promise<BaseOrigin[]> {
  const images = await context.images();
  const builtHere = Object.values(context.project.services).filter((service) => service.build !== undefined);
  const ownImages = new Set(builtHere.map((service) => imageReference(context.project, service)));
  const scripted = new Set(scriptedBases(context.project).map(({ base }) => base));
  return Promise.all(
    bases.map(async (name): Promise<BaseOrigin> => {
      if (findImage(name, images) !== undefined) return { name, origin: 'present' };
      if (ownImages.has(name)) return { name, origin: 'built here' };
      if (scripted.has(name) && (await offerOf(context, name)) !== null)
        return { name, origin: 'delivered from this machine' };
      if (scripted.has(name)) return { name, origin: 'made here when no registry gives it' };
      return { name, origin: await ask(name) };
    }),
  );
}
