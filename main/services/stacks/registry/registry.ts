/** Which stacks there are: the built-in ones, those the user added, and those of this process alone. */
import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Settings } from '../../../../preload/contract';
import { DomainError } from '../../errors';
import type { Log } from '../../log';
import type { SettingsService } from '../../settings/face';
import { directoryProject } from '../compose-file/load/project-name';
import type { LoadedCompose, LoadOptions } from '../compose-file/model';
import { isUnreadable } from '../compose-file/source/failure';
import type { DefineOptions } from '../face';
import type { StackEntry } from './entry';
import { createProjectNames } from './project-name';
import { copyShipped, isWritable } from './shipped-copy';

/** Folder, which is also the id, and the name its file gives the project. */
const BUILT_IN = [
  { id: 'sandbox', usualProject: 'bizosaas-sandbox' },
  { id: 'bizosaas', usualProject: 'bizosaas' },
];
/** Every build has it. */
const SELECTED_INSTEAD = 'sandbox';
const COMPOSE_FILE = 'compose.yaml';

export interface RegistryDeps {
  load: (options: LoadOptions) => Promise<LoadedCompose>;
  settings: Pick<SettingsService, 'get' | 'change'>;
  stacksDirectory: string;
  dataDirectory: string;
  environment: Record<string, string | undefined>;
  log: Log;
}

export interface StackRegistry {
  /** Built-in first. */
  entries(): Promise<StackEntry[]>;
  /** Rejects with NOT_FOUND. */
  entry(stackId: string): Promise<StackEntry>;
  load(entry: StackEntry): Promise<LoadedCompose>;
  /** Known also while the files are broken or gone. */
  projectName(entry: StackEntry): Promise<string>;
  add(files: string[], project: string | null): Promise<StackEntry>;
  forget(stackId: string): Promise<void>;
  define(files: string[], options: DefineOptions): Promise<StackEntry>;
}

export function createStackRegistry(deps: RegistryDeps): StackRegistry {
  const defined = new Map<string, StackEntry>();
  const folders = new Map<string, Promise<string | null>>();

  function folderOf(id: string): Promise<string | null> {
    const folder = folders.get(id) ?? builtInFolder(deps, id);
    folders.set(id, folder);
    folder.catch(() => folders.delete(id));
    return folder;
  }
  async function builtIn(): Promise<StackEntry[]> {
    const found = await Promise.all(
      BUILT_IN.map(async (one) => ({ ...one, folder: await folderOf(one.id) })),
    );
    return found.flatMap(({ folder, ...one }) =>
      folder === null ? [] : [{ ...one, builtIn: true, files: [join(folder, COMPOSE_FILE)], options: {} }],
    );
  }
  async function entries(): Promise<StackEntry[]> {
    return [...(await builtIn()), ...deps.settings.get().addedStacks.map(addedEntry), ...defined.values()];
  }
  async function entry(stackId: string): Promise<StackEntry> {
    const found = (await entries()).find((candidate) => candidate.id === stackId);
    if (found !== undefined) return found;
    const message = `There is no stack ${stackId}. Add its Compose files first.`;
    throw new DomainError('NOT_FOUND', { kind: 'stack', name: stackId }, message);
  }
  function load({ files, options }: Pick<StackEntry, 'files' | 'options'>): Promise<LoadedCompose> {
    const { project, profiles, envFiles } = options;
    return deps.load({
      files,
      environment: deps.environment,
      ...(project !== undefined && { projectName: project }),
      ...(profiles !== undefined && { profiles }),
      ...(envFiles !== undefined && { envFiles }),
    });
  }
  async function projectOf(files: string[], options: DefineOptions): Promise<string> {
    return (await load({ files, options })).project.name;
  }
  const projectName = createProjectNames(load, deps.environment);
  /** Two definitions of one project would take turns in undoing each other. */
  async function refuseTaken(project: string): Promise<void> {
    for (const other of await entries()) {
      if ((await projectName(other)) !== project) continue;
      const detail = `stack ${other.id} already defines project ${project}`;
      const message = `The stack was not added: ${detail}. Choose another project name.`;
      throw new DomainError('CONFLICT', { what: `project ${project}`, detail }, message);
    }
  }

  return {
    entries,
    entry,
    load,
    projectName,
    async add(given, project) {
      const files = given.map((file) => resolve(file));
      const name = await projectOf(files, { project: project ?? undefined });
      await refuseTaken(name);
      const stack = { id: `added-${name}`, project: name, files };
      deps.settings.change({ addedStacks: [...deps.settings.get().addedStacks, stack] });
      return addedEntry(stack);
    },
    async forget(stackId) {
      const { addedStacks, selectedStackId } = deps.settings.get();
      const rest = addedStacks.filter((stack) => stack.id !== stackId);
      if (rest.length < addedStacks.length) deps.settings.change({ addedStacks: rest });
      else if (!defined.delete(stackId)) await refuseForgetting(stackId, entry);
      if (selectedStackId === stackId) deps.settings.change({ selectedStackId: SELECTED_INSTEAD });
    },
    async define(given, options) {
      const files = given.map((file) => resolve(file));
      const envFiles = options.envFiles?.map((file) => resolve(file));
      const about = { builtIn: false, files, options: { ...options, envFiles } };
      const name = await projectOf(files, about.options).catch((error: unknown) => {
        if (options.evenUnreadable !== true || !isUnreadable(error)) throw error;
        return projectName({ ...about, id: '', usualProject: usualNameOf(files, deps.settings.get()) });
      });
      const made = { ...about, id: `files-${name}`, usualProject: name };
      defined.set(made.id, made);
      return made;
    },
  };
}

/** What the console called these files when it could read them, else what Compose would. */
function usualNameOf(files: string[], { addedStacks }: Settings): string {
  const added = addedStacks.find((stack) => isDeepStrictEqual(stack.files, files));
  return added?.project ?? directoryProject(dirname(files[0] ?? '.'));
}

async function refuseForgetting(stackId: string, entry: StackRegistry['entry']): Promise<never> {
  await entry(stackId);
  const detail = 'built-in stacks stay';
  throw new DomainError(
    'CONFLICT',
    { what: stackId, detail },
    `Stack ${stackId} cannot be forgotten: ${detail}.`,
  );
}

function addedEntry(stack: Settings['addedStacks'][number]): StackEntry {
  const { id, files, project } = stack;
  return { id, builtIn: false, files, options: { project }, usualProject: project };
}

/** The folder to use, copied when the shipped one can't be written; null when this build ships no such stack. */
async function builtInFolder(deps: RegistryDeps, id: string): Promise<string | null> {
  const shipped = join(deps.stacksDirectory, id);
  const isShipped = await access(join(shipped, COMPOSE_FILE)).then(
    () => true,
    () => false,
  );
  if (!isShipped) return null;
  if (await isWritable(shipped)) return shipped;
  const own = join(deps.dataDirectory, 'stacks', id);
  const { keptEdited } = await copyShipped(shipped, own);
  if (keptEdited.length > 0) {
    const advice = 'Changed files were kept; the new version of each is beside it with the ending .new.';
    deps.log.warn('A new version of a built-in stack meets changed files.', {
      stack: id,
      files: keptEdited,
      advice,
    });
  }
  return own;
}
