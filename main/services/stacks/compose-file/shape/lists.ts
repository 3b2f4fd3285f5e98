/** Small changes of shape that many attributes share. All take and give nodes; null stays null. */
import { invalidCompose } from '../source/failure';
import { list, type MapNode, map, put, scalar, type TreeNode, textOf } from '../source/tree';
import { splitWords, UnclosedQuote } from '../source/words';

/** Changes the value of an attribute that is there and says something. */
export function reshape(
  parent: TreeNode | undefined,
  name: string,
  change: (node: TreeNode) => TreeNode,
): void {
  if (parent?.kind !== 'map') return;
  const entry = parent.entries.get(name);
  if (!entry || entry.value.kind === 'reset' || isNullScalar(entry.value)) return;
  const { merge } = entry.value.kind === 'scalar' ? {} : entry.value;
  const changed = change(entry.value);
  entry.value =
    merge && changed.kind !== 'scalar' && changed.kind !== 'reset' ? { ...changed, merge } : changed;
}

function isNullScalar(node: TreeNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

export function reshapeItems(change: (node: TreeNode) => TreeNode): (node: TreeNode) => TreeNode {
  return (node) => (node.kind === 'list' ? { ...node, items: node.items.map(change) } : node);
}

export function asList(node: TreeNode): TreeNode {
  return node.kind === 'scalar' ? list([node], node.origin) : node;
}

export function asWords(node: TreeNode): TreeNode {
  if (node.kind !== 'scalar') return node;
  try {
    const words = splitWords(String(node.value));
    return list(
      words.map((word) => scalar(word, node.origin)),
      node.origin,
    );
  } catch (cause) {
    if (!(cause instanceof UnclosedQuote)) throw cause;
    throw invalidCompose(node.origin, `A quote in this command is not closed.`, { cause });
  }
}

/** `[A=1, B]` → `{A: 1, B: null}`; `missing` is the value of a name alone. */
export function asMap(missing: '' | null): (node: TreeNode) => TreeNode {
  return (node) => {
    if (node.kind === 'map') return missing === null ? node : withoutNulls(node, missing);
    if (node.kind !== 'list') return node;
    const result = map(node.origin);
    for (const item of node.items) {
      const words = textOf(item) ?? '';
      const cut = words.indexOf('=');
      const name = cut === -1 ? words : words.slice(0, cut);
      put(result, name, scalar(cut === -1 ? missing : words.slice(cut + 1), item.origin), item.origin);
    }
    return result;
  };
}

function withoutNulls(node: MapNode, missing: ''): MapNode {
  for (const entry of node.entries.values()) {
    if (isNullScalar(entry.value)) entry.value = scalar(missing, entry.value.origin);
  }
  return node;
}

/** `[a, b]` → `{a: null, b: null}` with what `value` makes of each. */
export function asNames(value: (origin: TreeNode['origin']) => TreeNode): (node: TreeNode) => TreeNode {
  return (node) => {
    if (node.kind !== 'list') return node;
    const result = map(node.origin);
    for (const item of node.items) put(result, textOf(item) ?? '', value(item.origin), item.origin);
    return result;
  };
}
