import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { projectEnvironment } from '../compose-file/environment/project-environment';
import type { LoadedCompose } from '../compose-file/model';
import type { StackEntry } from './entry';

const NAME_LINE = /^name:\s*["']?([a-z0-9][a-z0-9_-]*)["']?\s*(?:#.*)?$/m;

/**
 * Names of projects, also of those whose files can't be read now: what is up must stay in reach of
 * undo and remove. Then the last name that was read counts, else what is left of the file, else the usual one.
 */
export function createProjectNames(
  load: (entry: StackEntry) => Promise<LoadedCompose>,
  environment: Record<string, string | undefined>,
): (entry: StackEntry) => Promise<string> {
  const known = new Map<string, string>();
  return async (entry) => {
    const loaded = await load(entry).catch(() => null);
    if (loaded !== null) known.set(entry.id, loaded.project.name);
    const read = known.get(entry.id) ?? entry.options.project;
    return (
      read ?? ((await fromEnvironment(entry, environment)) || (await nameLine(entry))) ?? entry.usualProject
    );
  };
}

async function fromEnvironment(
  { files, options }: StackEntry,
  environment: Record<string, string | undefined>,
): Promise<string | undefined> {
  const directory = dirname(files[0] ?? '.');
  const found = await projectEnvironment(environment, options.envFiles ?? [], directory).catch(
    () => environment,
  );
  return found.COMPOSE_PROJECT_NAME;
}

/** The last file that gives a name wins. */
async function nameLine({ files }: StackEntry): Promise<string | undefined> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  const names = texts.map((text) => NAME_LINE.exec(text)?.[1]);
  return names.findLast((name) => name !== undefined);
}
