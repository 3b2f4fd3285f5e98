/** Values of containers and builds that come from environment files or from the caller's environment. */
import { readFile } from 'node:fs/promises';
import { parseDotenv, parseRawEnv } from '../environment/dotenv';
import type { Environment } from '../environment/project-environment';
import type { ComposeProject, ComposeService } from '../model';
import { invalidCompose } from '../source/failure';
import { get, getMap, type MapNode, type TreeNode, textOf } from '../source/tree';

/** Changes the project in place. Rejects with INVALID_COMPOSE for a required file that is missing or malformed. */
export async function resolveEnvironment(
  project: ComposeProject,
  tree: MapNode,
  environment: Environment,
): Promise<void> {
  for (const service of Object.values(project.services)) {
    const node = getMap(getMap(tree, 'services'), service.name);
    const fromFiles = await readEnvFiles(get(node, 'env_file'), environment);
    service.environment = { ...fromFiles, ...filled(service.environment, environment) };
    fillBuildArguments(service, environment);
  }
}

async function readEnvFiles(
  node: TreeNode | undefined,
  environment: Environment,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const item of node?.kind === 'list' ? node.items : []) {
    const text = await readOne(item);
    if (text === undefined) continue;
    const file = { path: textOf(get(item, 'path')) ?? '', text };
    const lookup = (name: string) => environment[name] ?? values[name];
    const read = textOf(get(item, 'format')) === 'raw' ? parseRawEnv : parseDotenv;
    Object.assign(values, Object.fromEntries(read(file, lookup)));
  }
  return values;
}

async function readOne(item: TreeNode): Promise<string | undefined> {
  const path = textOf(get(item, 'path')) ?? '';
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (textOf(get(item, 'required')) === 'false') return undefined;
    const origin = get(item, 'path')?.origin ?? item.origin;
    throw invalidCompose(origin, `The environment file ${path} cannot be read.`, { cause });
  }
}

function filled(
  values: Record<string, string | null>,
  environment: Environment,
): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value ?? environment[name] ?? null]),
  );
}

/** An argument without a value anywhere is not passed, so that the Dockerfile's default holds. */
function fillBuildArguments({ build }: ComposeService, environment: Environment): void {
  if (!build?.args) return;
  const known = Object.entries(filled(build.args, environment)).filter(([, value]) => value !== null);
  build.args = Object.fromEntries(known);
}
