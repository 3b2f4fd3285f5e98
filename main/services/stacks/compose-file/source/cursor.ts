/** Readers of single values out of a validated tree; every failure names the path and the words. */
import { invalidCompose } from './failure';
import { parseBytes, parseDuration } from './quantities';
import { get, type TreeNode, toPlain } from './tree';

/** A node and where it stands in the model, for messages. */
export interface Cursor {
  node: TreeNode;
  path: string;
}

export type Read<T> = (cursor: Cursor) => T;

export function at(cursor: Cursor, name: string): Cursor | undefined {
  const node = get(cursor.node, name);
  if (!node || (node.kind === 'scalar' && node.value === null)) return undefined;
  return { node, path: cursor.path === '' ? name : `${cursor.path}.${name}` };
}

export function wrong(cursor: Cursor, expected: string): Error {
  const { node } = cursor;
  const found = node.kind === 'scalar' ? JSON.stringify(node.value) : `a ${node.kind}`;
  return invalidCompose(node.origin, `${cursor.path} must be ${expected}; found ${found}.`);
}

export const text: Read<string> = (cursor) => {
  const { node } = cursor;
  if (node.kind !== 'scalar' || node.value === null) throw wrong(cursor, 'a text');
  return node.text ?? String(node.value);
};

export const flag: Read<boolean> = (cursor) => {
  const { node } = cursor;
  if (node.kind !== 'scalar' || typeof node.value !== 'boolean') throw wrong(cursor, 'true or false');
  return node.value;
};

export const decimal: Read<number> = (cursor) => {
  const { node } = cursor;
  const value = node.kind === 'scalar' && node.value !== '' ? Number(node.value) : Number.NaN;
  if (node.kind !== 'scalar' || typeof node.value === 'boolean' || !Number.isFinite(value)) {
    throw wrong(cursor, 'a number');
  }
  return value;
};

export const integer: Read<number> = (cursor) => {
  const value = decimal(cursor);
  if (!Number.isInteger(value)) throw wrong(cursor, 'a whole number');
  return value;
};

/** Milliseconds. */
export const duration: Read<number> = (cursor) => {
  const value = parseDuration(text(cursor));
  if (value === undefined) throw wrong(cursor, 'a duration such as 30s, 1m30s or 500ms');
  return value;
};

/** Bytes; -1 (no limit) passes. */
export const bytes: Read<number> = (cursor) => {
  const words = text(cursor);
  const value = words === '-1' ? -1 : parseBytes(words);
  if (value === undefined) throw wrong(cursor, 'a size such as 512m or 1.5gb');
  return value;
};

export function items(cursor: Cursor): Cursor[] {
  if (cursor.node.kind !== 'list') throw wrong(cursor, 'a list');
  return cursor.node.items.map((node, index) => ({ node, path: `${cursor.path}[${index}]` }));
}

export function entries(cursor: Cursor): [string, Cursor][] {
  if (cursor.node.kind !== 'map') throw wrong(cursor, 'a map');
  const { path } = cursor;
  return [...cursor.node.entries].map(([name, { value }]) => [
    name,
    { node: value, path: `${path}.${name}` },
  ]);
}

/** A single value counts as a list of one. */
export function listOf<T>(read: Read<T>): Read<T[]> {
  return (cursor) => (cursor.node.kind === 'list' ? items(cursor).map(read) : [read(cursor)]);
}

export function recordOf<T>(read: Read<T>): Read<Record<string, T>> {
  return (cursor) => Object.fromEntries(entries(cursor).map(([name, item]) => [name, read(item)]));
}

type Table = Record<string, Read<unknown>>;
type Fields<T extends Table> = { [K in keyof T]?: ReturnType<T[K]> };

/** Reads those of the table's attributes that are there. */
export function fields<T extends Table>(cursor: Cursor, table: T): Fields<T> {
  const result: Partial<Record<keyof T, unknown>> = {};
  for (const name in table) {
    const child = at(cursor, name);
    if (child) result[name] = table[name]?.(child);
  }
  return result as Fields<T>;
}

export function isExtension(name: string): boolean {
  return name.startsWith('x-');
}

/** `x-…` attributes by full key. */
export function extensionsOf(cursor: Cursor): Record<string, unknown> {
  const own = entries(cursor).filter(([name]) => isExtension(name));
  return Object.fromEntries(own.map(([name, item]) => [name, toPlain(item.node)]));
}

/** Reads those of the table's attributes that are there, and keeps the extensions beside them for `config` to print. */
export function extended<T extends Table>(cursor: Cursor, table: T): Fields<T> {
  return { ...extensionsOf(cursor), ...fields(cursor, table) };
}
