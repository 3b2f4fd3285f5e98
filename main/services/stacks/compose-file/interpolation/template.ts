/**
 * Compose's variable syntax, parsed once and resolved against any environment:
 * `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`, `${NAME?message}`,
 * `${NAME:+replacement}`, `${NAME+replacement}`, `$$`. The word after an operator may hold
 * variables itself. Source: Compose Specification, Interpolation.
 */

export type Operator = '' | ':-' | '-' | ':?' | '?' | ':+' | '+';

export interface Variable {
  name: string;
  operator: Operator;
  word: Piece[];
  /** Offset of the `$` in the template. */
  at: number;
}
export type Piece = string | Variable;

export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  constructor(
    message: string,
    /** Offset of the words that are wrong. */
    readonly at: number,
    readonly words: string,
  ) {
    super(message);
  }
}

export type Lookup = (name: string) => string | undefined;

const NAME = /[_a-zA-Z][_a-zA-Z0-9]*/y;
const OPERATOR = /:[-?+]|[-?+]/y;

/** Defaults inside defaults: deeper than this is no default any more. */
const DEEPEST_NESTING = 20;

interface Reader {
  text: string;
  at: number;
  depth: number;
}

/** Throws TemplateError. */
export function parseTemplate(text: string): Piece[] {
  return readPieces({ text, at: 0, depth: 0 }, false);
}

/** Reads to the end, or to the brace that closes the variable the pieces are the word of. */
function readPieces(reader: Reader, nested: boolean): Piece[] {
  const pieces: Piece[] = [];
  while (reader.at < reader.text.length) {
    const next = nextMark(reader, nested);
    if (next > reader.at) pieces.push(reader.text.slice(reader.at, next));
    reader.at = next;
    if (reader.text[next] !== '$') break;
    pieces.push(readDollar(reader));
  }
  return pieces;
}

function nextMark(reader: Reader, nested: boolean): number {
  let at = reader.at;
  while (at < reader.text.length && reader.text[at] !== '$' && !(nested && reader.text[at] === '}')) at += 1;
  return at;
}

function readDollar(reader: Reader): Piece {
  const start = reader.at;
  reader.at += 1;
  if (reader.text[reader.at] === '$') {
    reader.at += 1;
    return '$';
  }
  if (reader.text[reader.at] === '{') return readBraced(reader, start);
  const name = take(reader, NAME);
  if (name === '') throw wrong(reader, start, 'is not a variable; write "$$" for a dollar sign');
  return { name, operator: '', word: [], at: start };
}

function readBraced(reader: Reader, start: number): Variable {
  reader.at += 1;
  const name = take(reader, NAME);
  if (name === '') throw wrong(reader, start, 'has no valid variable name');
  const operator = take(reader, OPERATOR) as Operator;
  const word = operator === '' ? [] : readWord(reader, start);
  if (reader.text[reader.at] !== '}') {
    const ended = reader.at >= reader.text.length;
    throw wrong(reader, start, ended ? 'is not closed with "}"' : 'is not a form of variable that exists');
  }
  reader.at += 1;
  return { name, operator, word, at: start };
}

function readWord(reader: Reader, start: number): Piece[] {
  if (reader.depth >= DEEPEST_NESTING) throw wrong(reader, start, 'is nested too deeply');
  reader.depth += 1;
  const pieces = readPieces(reader, true);
  reader.depth -= 1;
  return pieces;
}

function take(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0] ?? '';
  reader.at += found.length;
  return found;
}

function wrong(reader: Reader, start: number, what: string): TemplateError {
  const words = reader.text.slice(start, Math.max(reader.at + 1, start + 2));
  return new TemplateError(`"${words}" ${what}.`, start, words);
}

/** A required variable that is missing. */
export class MissingVariable extends TemplateError {
  constructor(variable: Variable, reason: string) {
    const detail = reason === '' ? '' : `: ${reason}`;
    super(`The required variable ${variable.name} is missing a value${detail}.`, variable.at, variable.name);
  }
}

/** Throws MissingVariable. `unset` hears of variables that are not set and have no default. */
export function substitute(pieces: Piece[], lookup: Lookup, unset: (variable: Variable) => void): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : resolve(piece, lookup, unset))).join('');
}

function resolve(variable: Variable, lookup: Lookup, unset: (variable: Variable) => void): string {
  const value = lookup(variable.name);
  const given =
    value !== undefined && !(variable.operator.startsWith(':') && value === '') ? value : undefined;
  const word = () => substitute(variable.word, lookup, unset);
  switch (variable.operator.at(-1)) {
    case '-':
      return given ?? word();
    case '+':
      return given === undefined ? '' : word();
    case '?':
      if (given === undefined) throw new MissingVariable(variable, word());
      return given;
    default:
      if (given === undefined) unset(variable);
      return given ?? '';
  }
}

/** Every variable of a template, those inside words included. */
export function variablesOf(pieces: Piece[]): Variable[] {
  return pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece, ...variablesOf(piece.word)]));
}
