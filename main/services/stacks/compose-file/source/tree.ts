/**
 * A Compose file as a tree in which every value still knows the words it came from. Merging,
 * `extends` and `include` move nodes around; the origin travels with them, so that an error found
 * at the very end can still point at a line.
 */
import type { SourcePlace } from '../model';

export interface SourceFile {
  path: string;
  text: string;
}

export interface Origin {
  file: SourceFile;
  /** Offsets into the text, end exclusive. */
  start: number;
  end: number;
}

export type ScalarValue = string | number | boolean | null;

export interface ScalarNode {
  kind: 'scalar';
  value: ScalarValue;
  /** Where a text is wanted, if it is not how the value prints by itself. */
  text?: string;
  origin: Origin;
}
export interface ListNode {
  kind: 'list';
  items: TreeNode[];
  origin: Origin;
  merge?: MergeTag;
}
export interface MapEntry {
  key: Origin;
  value: TreeNode;
}
export interface MapNode {
  kind: 'map';
  entries: Map<string, MapEntry>;
  origin: Origin;
  merge?: MergeTag;
}
export type TreeNode = ScalarNode | ListNode | MapNode | ResetNode;

/** `!override`: replaces what earlier files said instead of merging with it. */
export type MergeTag = 'override';

/** `!reset`: removes what earlier files said. */
export interface ResetNode {
  kind: 'reset';
  origin: Origin;
}

export function scalar(value: ScalarValue, origin: Origin): ScalarNode {
  return { kind: 'scalar', value, origin };
}

export function list(items: TreeNode[], origin: Origin): ListNode {
  return { kind: 'list', items, origin };
}

export function map(origin: Origin, entries: Iterable<[string, TreeNode]> = []): MapNode {
  const node: MapNode = { kind: 'map', entries: new Map(), origin };
  for (const [name, value] of entries) put(node, name, value);
  return node;
}

export function put(node: MapNode, name: string, value: TreeNode, key: Origin = value.origin): void {
  node.entries.set(name, { key, value });
}

export function get(node: TreeNode | undefined, name: string): TreeNode | undefined {
  return node?.kind === 'map' ? node.entries.get(name)?.value : undefined;
}

export function getMap(node: TreeNode | undefined, name: string): MapNode | undefined {
  const found = get(node, name);
  return found?.kind === 'map' ? found : undefined;
}

/** The text of a string or number scalar, as it is printed. */
export function textOf(node: TreeNode | undefined): string | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  return String(node.value);
}

export function isNull(node: TreeNode | undefined): boolean {
  return node?.kind === 'scalar' && node.value === null;
}

export function toPlain(node: TreeNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toPlain);
    case 'map':
      return Object.fromEntries([...node.entries].map(([name, entry]) => [name, toPlain(entry.value)]));
    case 'reset':
      return null;
  }
}

/** Deep copy: merging writes into its left side, and anchors share nodes. */
export function copy<N extends TreeNode>(node: N): N;
export function copy(node: TreeNode): TreeNode {
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => copy(item)) };
  if (node.kind !== 'map') return node;
  const entries = new Map<string, MapEntry>();
  for (const [name, entry] of node.entries) entries.set(name, { key: entry.key, value: copy(entry.value) });
  return { ...node, entries };
}

export function placeOf({ file, start }: Origin): SourcePlace {
  const starts = lineStartsOf(file);
  let [line, after] = [0, starts.length];
  while (after - line > 1) {
    const middle = (line + after) >> 1;
    if ((starts[middle] ?? 0) <= start) line = middle;
    else after = middle;
  }
  return { file: file.path, line: line + 1, column: start - (starts[line] ?? 0) + 1 };
}

/** A stack with hundreds of variables asks for hundreds of places in one file. */
const LINE_STARTS = new WeakMap<SourceFile, number[]>();

function lineStartsOf(file: SourceFile): number[] {
  const known = LINE_STARTS.get(file);
  if (known) return known;
  const starts = [0];
  for (let at = file.text.indexOf('\n'); at !== -1; at = file.text.indexOf('\n', at + 1)) starts.push(at + 1);
  LINE_STARTS.set(file, starts);
  return starts;
}

const EXCERPT_CHARACTERS = 80;

/** The first line of the words an origin covers. */
export function excerptOf(origin: Origin): string {
  const words = origin.file.text.slice(origin.start, origin.end).trim();
  const line = words.split(/\r?\n/, 1)[0] ?? '';
  return line.length > EXCERPT_CHARACTERS ? `${line.slice(0, EXCERPT_CHARACTERS)}…` : line;
}
