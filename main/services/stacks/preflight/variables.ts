import { access, constants } from 'node:fs/promises';
import type { Check } from '../../../../preload/contract';
import { plural } from '../../../words/quantities';
import { generatedBytes } from '../../secrets/face';
import type { ComposeFileObject, ComposeProject, LoadedCompose } from '../compose-file/model';
import { fail, pass, type Subject, warn } from './check';
import type { PreflightContext } from './context';

export function judgeVariables(variables: LoadedCompose['variables']): Check[] {
  const unset = variables.filter((variable) => variable.value === null && !variable.hasDefault);
  const distinct = unset.filter(
    (one, index) => unset.findIndex((other) => other.name === one.name) === index,
  );
  if (distinct.length === 0) {
    const names = new Set(variables.map((variable) => variable.name));
    const subject = { id: 'variables', group: 'variables', title: 'Variables' } as const;
    return [pass(subject, `${plural(names.size, 'variable')} set or with a default.`)];
  }
  return distinct.map(({ name, place }) =>
    warn(
      { id: `variable:${name}`, group: 'variables', title: `Variable ${name}` },
      `Not set and without a default: it stands for an empty text at ${place.file}:${place.line}.`,
      `Set ${name} in .env beside the Compose file or in the environment.`,
    ),
  );
}

export interface FileObject {
  kind: 'secret' | 'config';
  key: string;
  object: ComposeFileObject;
  services: string[];
}

/** The declared secrets and configs that a service mounts. */
export function fileObjects(project: ComposeProject): FileObject[] {
  const users = (kind: 'secrets' | 'configs', key: string): string[] =>
    Object.values(project.services)
      .filter((service) => service[kind].some((reference) => reference.source === key))
      .map((service) => service.name);
  const of = (kind: 'secret' | 'config', all: Record<string, ComposeFileObject>): FileObject[] =>
    Object.entries(all).map(([key, object]) => ({ kind, key, object, services: users(`${kind}s`, key) }));
  return [...of('secret', project.secrets), ...of('config', project.configs)].filter(
    (entry) => entry.services.length > 0,
  );
}

export type FileState = 'readable' | 'missing' | 'unreadable';

/** `state` is that of the file, or whether the variable is set. */
export function judgeFileObject(entry: FileObject, state: FileState): Check {
  const { kind, key, object, services } = entry;
  const word = kind === 'secret' ? 'Secret' : 'Config';
  const subject: Subject = { id: `${kind}:${key}`, group: 'variables', title: `${word} ${key}`, services };
  if (object.external === true) {
    return warn(
      subject,
      'Declared external, which only a swarm has.',
      'Give it by file, environment or content.',
    );
  }
  if (state === 'readable')
    return pass(subject, object.file === undefined ? 'Given.' : `Present at ${object.file}.`);
  if (object.environment !== undefined) {
    const advice = `Set ${object.environment}; the services that need it are left out until then.`;
    return fail(subject, `The variable ${object.environment} is not set.`, advice);
  }
  const file = object.file ?? '';
  if (state === 'unreadable')
    return fail(subject, `${file} exists but cannot be read.`, 'Correct its permissions.');
  if (kind === 'secret' && generatedBytes(object) !== null)
    return pass(subject, `Will be generated at ${file}.`);
  const advice = `Write it to ${file}; the services that need it are left out until then.`;
  return fail(subject, `${file} does not exist.`, advice);
}

async function stateOf(
  object: ComposeFileObject,
  environment: Record<string, string | undefined>,
): Promise<FileState> {
  if (object.environment !== undefined) {
    return environment[object.environment] === undefined ? 'missing' : 'readable';
  }
  if (object.file === undefined) return 'readable';
  return access(object.file, constants.R_OK).then(
    () => 'readable',
    (error: unknown) =>
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'missing' : 'unreadable',
  );
}

export async function checkVariables(context: PreflightContext): Promise<Check[]> {
  const files = await Promise.all(
    fileObjects(context.project).map(async (entry) =>
      judgeFileObject(entry, await stateOf(entry.object, context.deps.environment)),
    ),
  );
  return [...judgeVariables(context.loaded.variables), ...files];
}
