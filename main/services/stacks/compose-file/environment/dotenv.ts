/**
 * `.env` and `env_file` in Compose's own grammar: `NAME=value`, `NAME: value`, `export NAME=value`,
 * a bare `NAME` (taken from the environment), comments, single quotes (literal), double quotes
 * (escapes and variables, over several lines), unquoted values (variables, cut at ` #`).
 */
import { type Lookup, parseTemplate, substitute, TemplateError } from '../interpolation/template';
import { invalidCompose } from '../source/failure';
import type { SourceFile } from '../source/tree';

interface Reader {
  file: SourceFile;
  at: number;
  values: Map<string, string>;
  lookup: Lookup;
}

/** Names in file order. Throws INVALID_COMPOSE with the place in this file. */
export function parseDotenv(file: SourceFile, lookup: Lookup): Map<string, string> {
  const text = file.text.replace(/\r\n/g, '\n').replace(/^\uFEFF/, '');
  const reader: Reader = { file: { ...file, text }, at: 0, values: new Map(), lookup };
  for (skipBlank(reader); reader.at < text.length; skipBlank(reader)) readEntry(reader);
  return reader.values;
}

/** Values as they stand: the `raw` format of env_file, and what Docker's own `--env-file` does. */
export function parseRawEnv(file: SourceFile, lookup: Lookup): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of file.text.split(/\r?\n/)) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const [name = '', ...rest] = line.split('=');
    const value = line.includes('=') ? rest.join('=') : lookup(name.trim());
    if (value !== undefined) values.set(name.trim(), value);
  }
  return values;
}

function skipBlank(reader: Reader): void {
  const blank = /(?:\s+|#[^\n]*)*/y;
  blank.lastIndex = reader.at;
  blank.exec(reader.file.text);
  reader.at = Math.max(reader.at, blank.lastIndex);
}

function readEntry(reader: Reader): void {
  const head = /(?:export[ \t]+)?([^\s=:#'"]+)[ \t]*(=|:|(?=\n|$|#))/y;
  head.lastIndex = reader.at;
  const found = head.exec(reader.file.text);
  const name = found?.[1] ?? '';
  if (!found || !/^[A-Za-z0-9_.-]+(\[[A-Za-z0-9_.-]*\])?$/.test(name)) throw wrongLine(reader);
  reader.at = head.lastIndex;
  if (found[2] === '') inherit(reader, name);
  else reader.values.set(name, readValue(reader));
}

function wrongLine(reader: Reader) {
  const end = reader.file.text.indexOf('\n', reader.at);
  const origin = { file: reader.file, start: reader.at, end: end === -1 ? reader.file.text.length : end };
  return invalidCompose(origin, 'An environment file holds lines of the form NAME=value.');
}

function inherit(reader: Reader, name: string): void {
  const value = reader.lookup(name);
  if (value !== undefined) reader.values.set(name, value);
}

function readValue(reader: Reader): string {
  while (/[ \t]/.test(reader.file.text[reader.at] ?? '')) reader.at += 1;
  const quote = reader.file.text[reader.at];
  if (quote === "'" || quote === '"') return readQuoted(reader, quote);
  const end = reader.file.text.indexOf('\n', reader.at);
  const line = reader.file.text.slice(reader.at, end === -1 ? undefined : end);
  const start = reader.at;
  reader.at += line.length;
  const value = line.startsWith('#') ? '' : line.replace(/\s+#.*$/, '').trimEnd();
  return resolve(reader, value, start);
}

function readQuoted(reader: Reader, quote: string): string {
  const start = reader.at;
  const end = closingQuote(reader.file.text, start + 1, quote);
  if (end === -1) {
    const line = reader.file.text.indexOf('\n', start);
    const origin = { file: reader.file, start, end: line === -1 ? reader.file.text.length : line };
    throw invalidCompose(origin, 'The quote that opens here is not closed.');
  }
  const inside = reader.file.text.slice(start + 1, end);
  reader.at = end + 1;
  const rest = /[^\n]*/y;
  rest.lastIndex = reader.at;
  rest.exec(reader.file.text);
  reader.at = rest.lastIndex;
  return quote === "'" ? inside : resolve(reader, readEscapes(inside), start);
}

function closingQuote(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', a: '\u0007', b: '\b', f: '\f', v: '\v' };

/** `\$` keeps its dollar sign out of interpolation. */
function readEscapes(text: string): string {
  return text.replace(/\\(.)/gs, (whole, letter: string) => {
    if (letter === '$') return '$$';
    if (letter === '"' || letter === '\\') return letter;
    return ESCAPES[letter] ?? whole;
  });
}

function resolve(reader: Reader, value: string, start: number): string {
  if (!value.includes('$')) return value;
  const lookup: Lookup = (name) => reader.lookup(name) ?? reader.values.get(name);
  try {
    return substitute(parseTemplate(value), lookup, () => {});
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const origin = { file: reader.file, start: start + error.at, end: start + error.at + error.words.length };
    throw invalidCompose(origin, error.message, { cause: error });
  }
}
