/** Relative paths of a Compose file, made absolute where they are written down. */
import { isAbsolute, join, resolve } from 'node:path';
import { type MapNode, scalar, type TreeNode } from '../source/tree';

/** What relative paths in one file refer to. */
export interface Base {
  directory: string;
  /** Value of HOME, for `~`. */
  home: string;
}

export function absolutePath(base: Base, path: string): string {
  if (path === '~') return base.home;
  if (path.startsWith('~/')) return join(base.home, path.slice(2));
  return isAbsolute(path) ? path : resolve(base.directory, path);
}

/** Contexts that are fetched by the builder and not read from this machine. */
export function isRemoteContext(context: string): boolean {
  return /^[a-z+.-]+:\/\//.test(context) || /^(github\.com\/|git@)/.test(context);
}

/** Replaces the text of `name` in place. */
export function makeAbsolute(
  node: TreeNode,
  name: string,
  base: Base,
  skip?: (path: string) => boolean,
): void {
  const entry = (node.kind === 'map' ? (node satisfies MapNode) : undefined)?.entries.get(name);
  if (entry?.value.kind !== 'scalar' || typeof entry.value.value !== 'string') return;
  const path = entry.value.value;
  if (path === '' || skip?.(path)) return;
  entry.value = scalar(absolutePath(base, path), entry.value.origin);
}
