/** Reads Compose files into the canonical model. */
import { dirname, resolve } from 'node:path';
import { readProject } from '../decode/project';
import { projectEnvironment } from '../environment/project-environment';
import { resolveEnvironment } from '../finish/environment';
import { addImplied } from '../finish/implied';
import { checkLimits } from '../finish/limits';
import { checkReferences } from '../finish/references';
import { keepUsed, selectProfiles } from '../finish/selection';
import { unappliedWarnings } from '../finish/warnings';
import type { VariableReport } from '../interpolation/apply';
import type { LoadedCompose, LoadOptions } from '../model';
import { invalidCompose } from '../source/failure';
import { parseDocuments } from '../source/parse';
import { getMap, type MapNode } from '../source/tree';
import { type LoadContext, readSource } from './context';
import { mergeSources, type ParsedSource } from './files';
import { projectName } from './project-name';

/**
 * Files in merge order. Rejects with INVALID_COMPOSE (file, line, column, the wrong words),
 * NOT_FOUND (a named file is missing) or INVALID_INPUT (the project name asked for is not one).
 */
export async function loadCompose(options: LoadOptions): Promise<LoadedCompose> {
  const files = options.files.map((file) => resolve(file));
  const directory = resolve(options.projectDirectory ?? dirname(files[0] ?? '.'));
  const environment = await projectEnvironment(options.environment, options.envFiles ?? [], directory);
  const sources = await Promise.all(files.map(openSource));
  const report: VariableReport = { warnings: [], variables: [] };
  const name = nameOf(sources, directory, { environment, report }, options.projectName);
  environment.COMPOSE_PROJECT_NAME = name;
  const context: LoadContext = {
    base: { directory, home: environment.HOME ?? '' },
    interpolation: { environment, report },
    including: files.slice(0, 1),
  };
  const tree = await mergeSources(sources, context);
  const project = await finish(
    tree,
    { name, directory, files },
    activeProfiles(options, environment),
    environment,
  );
  return {
    project,
    warnings: [...report.warnings, ...unappliedWarnings(project, tree)],
    variables: report.variables,
  };
}

async function openSource(path: string): Promise<ParsedSource> {
  const file = await readSource(path);
  return { file, documents: parseDocuments(file) };
}

function nameOf(
  sources: ParsedSource[],
  directory: string,
  interpolation: LoadContext['interpolation'],
  asked: string | undefined,
): string {
  const documents = sources.flatMap((source) => source.documents);
  const quiet = { ...interpolation, report: { warnings: [], variables: [] } };
  return projectName({ asked, documents, directory, interpolation: quiet });
}

function activeProfiles(options: LoadOptions, environment: Record<string, string | undefined>): string[] {
  const fromEnvironment = environment.COMPOSE_PROFILES ?? '';
  return options.profiles ?? fromEnvironment.split(',').filter((profile) => profile !== '');
}

async function finish(
  tree: MapNode,
  identity: { name: string; directory: string; files: string[] },
  profiles: string[],
  environment: Record<string, string | undefined>,
) {
  if ((getMap(tree, 'services')?.entries.size ?? 0) === 0) {
    throw invalidCompose(tree.origin, 'No service is defined.');
  }
  const all = readProject(tree, identity);
  addImplied(all);
  const project = selectProfiles(all, profiles);
  checkReferences(project, all, tree);
  checkLimits(project, tree);
  await resolveEnvironment(project, tree, environment);
  return keepUsed(project);
}
