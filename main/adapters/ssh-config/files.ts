/** Reads configuration files where there is no ssh command to ask. Source: ssh_config(5). */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import SSHConfig, { type Line, type Section } from 'ssh-config';
import { matchesPattern } from '../../words/patterns';
import { badConfiguration } from './effective';

const MAX_INCLUDE_DEPTH = 16;

export interface ConfigLine {
  /** As written. */
  name: string;
  /** Unquoted words. */
  words: string[];
  file: string;
}

/** Lines and sections with every Include in its place. */
export type ConfigNode =
  | { kind: 'line'; line: ConfigLine }
  | { kind: 'section'; line: ConfigLine; nodes: ConfigNode[] };

export interface ReadOptions {
  homeDirectory: string;
  /** Includes that are not absolute begin here. */
  includeDirectory: string;
}

/** Empty for a file that is missing. Rejects with INVALID_INPUT for one that can't be read or understood. */
export async function readConfigFile(path: string, options: ReadOptions, depth = 0): Promise<ConfigNode[]> {
  if (depth > MAX_INCLUDE_DEPTH) throw badConfiguration(path, 'files include each other too deeply');
  const text = await readIfThere(path);
  if (text === null) return [];
  const nodes: ConfigNode[] = [];
  for (const line of parse(path, text)) nodes.push(...(await toNodes(line, { path, options, depth })));
  return nodes;
}

interface Place {
  path: string;
  options: ReadOptions;
  depth: number;
}

async function toNodes(line: Line, place: Place): Promise<ConfigNode[]> {
  if (line.type !== SSHConfig.DIRECTIVE) return [];
  const read: ConfigLine = { name: line.param, words: wordsOf(line.value), file: place.path };
  if (isSection(line)) {
    const inner = await Promise.all([...line.config].map((one) => toNodes(one, place)));
    return [{ kind: 'section', line: read, nodes: inner.flat() }];
  }
  if (line.param.toLowerCase() !== 'include') return [{ kind: 'line', line: read }];
  const files = await Promise.all(read.words.map((word) => filesOf(word, place.options)));
  const included = files.flat().map((file) => readConfigFile(file, place.options, place.depth + 1));
  return (await Promise.all(included)).flat();
}

function isSection(line: Line): line is Section {
  return 'config' in line;
}

function wordsOf(value: string | { val: string }[]): string[] {
  return typeof value === 'string' ? splitWords(value) : value.map(({ val }) => val);
}

/** Blanks part words unless quotes hold them together. */
export function splitWords(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

function parse(path: string, text: string): Line[] {
  try {
    return [...SSHConfig.parse(text)];
  } catch (error) {
    throw badConfiguration(path, error instanceof Error ? error.message : String(error));
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw badConfiguration(path, error instanceof Error ? error.message : String(error));
  }
}

/** An Include's word as files, in the order of their names; patterns in every part of the path. */
async function filesOf(word: string, { homeDirectory, includeDirectory }: ReadOptions): Promise<string[]> {
  const path = word.startsWith('~/') ? join(homeDirectory, word.slice(2)) : word;
  const absolute = isAbsolute(path) ? path : join(includeDirectory, path);
  return expandPattern(absolute);
}

async function expandPattern(path: string): Promise<string[]> {
  if (!/[*?]/.test(path)) return [path];
  const folders = await expandPattern(dirname(path));
  const name = path.slice(dirname(path).length).replace(/^[\\/]/, '');
  const found = await Promise.all(folders.map((folder) => matchesIn(folder, name)));
  return found.flat();
}

async function matchesIn(folder: string, name: string): Promise<string[]> {
  if (!/[*?]/.test(name)) return [join(folder, name)];
  const entries = await readdir(folder).catch(() => []);
  const shown = entries.filter(
    (entry) => matchesPattern(name, entry) && (name.startsWith('.') || !entry.startsWith('.')),
  );
  return shown.sort().map((entry) => join(folder, entry));
}
