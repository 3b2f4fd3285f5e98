/** Validates a document against the Compose Specification's schema; says what is wrong in plain words. */
import validate from 'virtual:compose-schema';
import { invalidCompose } from '../source/failure';
import type { MapNode, Origin, TreeNode } from '../source/tree';
import { explain, type SchemaFailure, worst } from './explain';

/** Throws INVALID_COMPOSE at the first thing that is wrong. */
export function validateDocument(document: MapNode): void {
  if (validate(withoutResets(document))) return;
  const failure = worst(validate.errors ?? []);
  throw invalidCompose(originOf(document, failure), explain(failure, nodeAt(document, failure.path)));
}

/** `!reset` stands for nothing, so nothing is what the schema gets to see. */
function withoutResets(node: TreeNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'reset') return null;
  if (node.kind === 'list') return node.items.filter((item) => item.kind !== 'reset').map(withoutResets);
  const result: Record<string, unknown> = {};
  for (const [name, { value }] of node.entries)
    if (value.kind !== 'reset') result[name] = withoutResets(value);
  return result;
}

function nodeAt(node: TreeNode, path: string[]): TreeNode {
  let found = node;
  for (const part of path) found = child(found, part) ?? found;
  return found;
}

function child(node: TreeNode, part: string): TreeNode | undefined {
  if (node.kind === 'map') return node.entries.get(part)?.value;
  return node.kind === 'list' ? node.items[Number(part)] : undefined;
}

/** A name that must not be there is pointed at itself; a single value likewise; a list or map at its key. */
function originOf(document: MapNode, failure: SchemaFailure): Origin {
  const node = nodeAt(document, failure.path);
  if (failure.extra !== undefined && node.kind === 'map') {
    return node.entries.get(failure.extra)?.key ?? node.origin;
  }
  if (node.kind === 'scalar') return node.origin;
  const parent = nodeAt(document, failure.path.slice(0, -1));
  const key = parent.kind === 'map' ? parent.entries.get(failure.path.at(-1) ?? '')?.key : undefined;
  return key ?? node.origin;
}
