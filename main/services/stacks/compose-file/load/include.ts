/** `include`: other Compose files with their own directory and environment, joined without merging. */

import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { projectEnvironment } from '../environment/project-environment';
import { absolutePath } from '../shape/paths';
import { invalidCompose } from '../source/failure';
import {
  get,
  getMap,
  type MapNode,
  map,
  type Origin,
  put,
  type TreeNode,
  textOf,
  toPlain,
} from '../source/tree';
import type { LoadContext } from './context';

/** Loads a set of files; handed in, because loading files is what includes them. */
type LoadFiles = (paths: string[], context: LoadContext, from: Origin) => Promise<MapNode>;

const KINDS = ['services', 'networks', 'volumes', 'secrets', 'configs'];

interface Included {
  files: string[];
  directory: string;
  envFiles: string[];
  origin: Origin;
}

/** Adds what the document includes to it and removes the `include` attribute. Rejects with INVALID_COMPOSE. */
export async function applyInclude(document: MapNode, context: LoadContext, load: LoadFiles): Promise<void> {
  const node = get(document, 'include');
  document.entries.delete('include');
  if (node?.kind !== 'list') return;
  for (const item of node.items) {
    const included = readIncluded(item, context);
    join(document, await loadIncluded(included, context, load), included);
  }
}

function readIncluded(item: TreeNode, context: LoadContext): Included {
  const absolute = (node: TreeNode) => absolutePath(context.base, textOf(node) ?? '');
  const files = item.kind === 'map' ? textsOf(get(item, 'path')).map(absolute) : [absolute(item)];
  const directory = get(item, 'project_directory');
  return {
    files,
    directory: directory ? absolute(directory) : dirname(files[0] ?? ''),
    envFiles: textsOf(get(item, 'env_file')).map(absolute),
    origin: item.origin,
  };
}

function textsOf(node: TreeNode | undefined): TreeNode[] {
  if (!node) return [];
  return node.kind === 'list' ? node.items : [node];
}

async function loadIncluded(included: Included, context: LoadContext, load: LoadFiles): Promise<MapNode> {
  const first = included.files[0] ?? '';
  if (context.including.includes(first)) {
    const names = [...context.including, first].join(' → ');
    throw invalidCompose(included.origin, `Files include each other in a circle: ${names}.`);
  }
  const outer = context.interpolation.environment;
  const environment = await projectEnvironment(outer, included.envFiles, included.directory);
  return load(
    included.files,
    {
      base: { ...context.base, directory: included.directory },
      interpolation: { ...context.interpolation, environment },
      including: [...context.including, first],
    },
    included.origin,
  );
}

/** What is said twice must be said the same. */
function join(document: MapNode, other: MapNode, included: Included): void {
  for (const kind of KINDS) {
    const from = getMap(other, kind);
    if (!from) continue;
    const into = getMap(document, kind) ?? map(from.origin);
    put(document, kind, into);
    for (const [name, entry] of from.entries) {
      const before = into.entries.get(name);
      if (before && !isDeepStrictEqual(toPlain(before.value), toPlain(entry.value))) {
        const what = `${kind}.${name}`;
        throw invalidCompose(
          included.origin,
          `${what} is defined here and, differently, in an included file.`,
        );
      }
      into.entries.set(name, entry);
    }
  }
}
