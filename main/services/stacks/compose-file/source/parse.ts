/** YAML text to trees, one per document, with guards against files made to exhaust the reader. */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  type Node,
  type Pair,
  parseAllDocuments,
  Scalar,
} from 'yaml';
import { invalidCompose } from './failure';
import { plainText } from './plain-text';
import { resolvePlain } from './scalars';
import {
  type ListNode,
  list,
  type MapNode,
  map,
  type Origin,
  put,
  type SourceFile,
  scalar,
  type TreeNode,
} from './tree';

/** Some four thousand lines, several times the largest stack known; this much is still read in well under a second. */
const LARGEST_FILE_BYTES = 128 * 1024;
/** Values after aliases are expanded. */
const MOST_VALUES = 100_000;
const DEEPEST_NESTING = 100;

interface Reading {
  file: SourceFile;
  anchors: Map<string, Node>;
  values: number;
  depth: number;
  /** Anchors being expanded, to notice one that contains itself. */
  open: Set<Node>;
}

/** One tree per document that is not empty. Throws INVALID_COMPOSE. */
export function parseDocuments(file: SourceFile): MapNode[] {
  guardSize(file);
  guardNesting(file);
  const trees: MapNode[] = [];
  for (const document of readYaml(file)) {
    const failure = document.errors[0];
    if (failure) throw invalidCompose(originAt(file, failure.pos), `YAML: ${failure.message}`);
    if (document.contents === null) continue;
    const tree = convert(document.contents, {
      file,
      anchors: new Map(),
      values: 0,
      depth: 0,
      open: new Set(),
    });
    if (tree.kind === 'scalar' && tree.value === null) continue;
    if (tree.kind !== 'map') {
      throw invalidCompose(
        tree.origin,
        `The top of a Compose file must be a map; found ${KINDS[tree.kind]}.`,
      );
    }
    trees.push(tree);
  }
  return trees;
}

const KINDS = { scalar: 'a single value', list: 'a list', reset: '!reset' };

function guardSize(file: SourceFile): void {
  const bytes = Buffer.byteLength(file.text);
  const limit = LARGEST_FILE_BYTES / 1024;
  if (bytes > LARGEST_FILE_BYTES) {
    const start = { file, start: 0, end: 0 };
    throw invalidCompose(start, `The file is ${Math.ceil(bytes / 1024)} KiB; at most ${limit} KiB are read.`);
  }
  const binary = file.text.indexOf('\u0000');
  if (binary !== -1) {
    throw invalidCompose({ file, start: binary, end: binary }, 'A NUL character: this is not a text file.');
  }
}

/** Brackets that open more than any writer closes, or a run of dashes: the YAML reader takes seconds over them. */
function guardNesting(file: SourceFile): void {
  let open = 0;
  for (const { 0: bracket, index } of file.text.matchAll(BRACKET)) {
    open += OPENING.has(bracket) ? 1 : -1;
    if (open > MOST_OPEN_BRACKETS) throw tooDeep(file, index);
  }
  const dashes = file.text.search(DASH_RUN);
  if (dashes !== -1) throw tooDeep(file, dashes);
}

const MOST_OPEN_BRACKETS = 1_000;
const BRACKET = /[[\]{}]/g;
const OPENING = new Set(['[', '{']);
const DASH_RUN = /(?:[-?] ){101}/;

function tooDeep(file: SourceFile, start: number, cause?: unknown): Error {
  return invalidCompose({ file, start, end: start }, 'The file is nested too deeply to be read.', { cause });
}

function readYaml(file: SourceFile): Document.Parsed[] {
  try {
    // `failsafe` leaves every scalar as text: what it means is decided in `scalars`. Duplicate keys
    // are looked for in `convert`, because the library compares every key with every other one.
    const documents = parseAllDocuments(file.text, {
      schema: 'failsafe',
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    });
    return 'empty' in documents ? [] : documents;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw tooDeep(file, 0, cause);
  }
}

function convert(node: unknown, reading: Reading): TreeNode {
  if (!isNode(node)) return scalar(null, { file: reading.file, start: 0, end: 0 });
  const origin = originOf(node, reading.file);
  guardReading(reading, origin);
  if (isAlias(node)) return expand(node.source, origin, reading);
  reading.depth += 1;
  const anchored = !isAlias(node) && node.anchor ? node : undefined;
  if (anchored?.anchor) reading.anchors.set(anchored.anchor, node);
  if (anchored) reading.open.add(anchored);
  const tree = convertOpened(node, origin, reading);
  if (anchored) reading.open.delete(anchored);
  reading.depth -= 1;
  return tree;
}

function convertOpened(node: Node, origin: Origin, reading: Reading): TreeNode {
  if (isCollection(node) || isScalar(node)) {
    if (node.tag === '!reset') return { kind: 'reset', origin };
    if (isScalar(node)) return convertScalar(node, origin);
    const tree = isMap(node)
      ? convertMap(node.items, origin, reading)
      : convertList(node.items, origin, reading);
    return node.tag === '!override' ? { ...tree, merge: 'override' } : tree;
  }
  throw invalidCompose(origin, 'This YAML construct has no meaning in a Compose file.');
}

function guardReading(reading: Reading, origin: Origin): void {
  reading.values += 1;
  if (reading.values > MOST_VALUES) {
    throw invalidCompose(origin, `The file expands to more than ${MOST_VALUES} values.`);
  }
  if (reading.depth > DEEPEST_NESTING) {
    throw invalidCompose(origin, `Values are nested more than ${DEEPEST_NESTING} deep.`);
  }
}

function expand(name: string, origin: Origin, reading: Reading): TreeNode {
  const target = reading.anchors.get(name);
  if (!target) throw invalidCompose(origin, `No anchor named "${name}" comes before this alias.`);
  if (reading.open.has(target)) throw invalidCompose(origin, `The anchor "${name}" contains itself.`);
  reading.depth += 1;
  const tree = convert(target, reading);
  reading.depth -= 1;
  return tree;
}

function convertScalar(node: Scalar, origin: Origin): TreeNode {
  const text = typeof node.value === 'string' ? node.value : String(node.value ?? '');
  if (node.type !== Scalar.PLAIN || TEXT_TAGS.has(node.tag ?? '')) return scalar(text, origin);
  const asText = plainText(text);
  return { ...scalar(resolvePlain(text), origin), ...(asText !== undefined && { text: asText }) };
}

const TEXT_TAGS = new Set(['tag:yaml.org,2002:str', '!']);

function convertList(items: unknown[], origin: Origin, reading: Reading): ListNode {
  return list(
    items.map((item) => convert(item, reading)),
    origin,
  );
}

/** Own keys win over merged ones wherever `<<` stands; of several merged maps the first wins. */
function convertMap(pairs: Pair<unknown, unknown>[], origin: Origin, reading: Reading): MapNode {
  const own = map(origin);
  const merged: MapNode[] = [];
  for (const pair of pairs) {
    const key = readKey(pair.key, origin, reading);
    const value = convertValue(pair.value, key.origin, reading);
    if (key.name === '<<' && key.plain) merged.push(...mergedMaps(value));
    else if (own.entries.has(key.name)) {
      throw invalidCompose(key.origin, `The key "${key.name}" is already set in this map.`);
    } else put(own, key.name, value, key.origin);
  }
  return merged.length === 0 ? own : withMerged(own, merged);
}

function convertValue(value: unknown, key: Origin, reading: Reading): TreeNode {
  if (value === null || value === undefined) return scalar(null, key);
  const tree = convert(value, reading);
  // An empty value has no words of its own; its key is the better place to point at.
  return tree.origin.start === tree.origin.end ? { ...tree, origin: key } : tree;
}

function readKey(key: unknown, parent: Origin, reading: Reading) {
  if (isScalar(key) && isNode(key)) {
    const plain = key.type === Scalar.PLAIN;
    return { name: String(key.value ?? ''), plain, origin: originOf(key, reading.file) };
  }
  const origin = isNode(key) ? originOf(key, reading.file) : parent;
  throw invalidCompose(origin, 'A key must be a single word or text, not a list, map or alias.');
}

function mergedMaps(value: TreeNode): MapNode[] {
  if (value.kind === 'map') return [value];
  if (value.kind === 'list') return value.items.flatMap(mergedMaps);
  throw invalidCompose(value.origin, 'The merge key "<<" takes a map, an alias of a map, or a list of them.');
}

function withMerged(own: MapNode, merged: MapNode[]): MapNode {
  const all = map(own.origin);
  for (const source of [own, ...merged]) {
    for (const [name, entry] of source.entries) {
      if (!all.entries.has(name)) all.entries.set(name, entry);
    }
  }
  return all;
}

function originOf(node: Node, file: SourceFile): Origin {
  const [start, end] = node.range ?? [0, 0];
  return { file, start, end };
}

function originAt(file: SourceFile, [start, end]: [number, number]): Origin {
  return { file, start: Math.min(start, file.text.length), end: Math.min(end, file.text.length) };
}
