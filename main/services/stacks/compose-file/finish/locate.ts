import { type MapEntry, type MapNode, type Origin, type TreeNode, textOf } from '../source/tree';

/** The key at the end of a path, or the nearest thing above it that the files mention. */
export function locate(tree: MapNode, ...path: string[]): Origin {
  let node: TreeNode = tree;
  let origin = tree.origin;
  for (const part of path) {
    const entry: MapEntry | undefined = node.kind === 'map' ? node.entries.get(part) : undefined;
    if (!entry) break;
    node = entry.value;
    origin = entry.key;
  }
  return origin;
}

/** The item of a list that mentions the words, else the list itself. */
export function locateItem(tree: MapNode, words: string, ...path: string[]): Origin {
  let node: TreeNode | undefined = tree;
  for (const part of path) node = node?.kind === 'map' ? node.entries.get(part)?.value : undefined;
  const found = node?.kind === 'list' ? node.items.find((item) => mentions(item, words)) : undefined;
  return found?.origin ?? locate(tree, ...path);
}

function mentions(node: TreeNode, words: string): boolean {
  if (node.kind === 'scalar') return textOf(node) === words;
  return node.kind === 'map' && [...node.entries.values()].some(({ value }) => mentions(value, words));
}
