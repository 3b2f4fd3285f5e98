/** Interpolation over a tree: values only, before any type is looked at, then Compose's type casts. */
import type { ComposeWarning, LoadedCompose } from '../model';
import { invalidCompose } from '../source/failure';
import {
  type ListNode,
  type MapNode,
  type Origin,
  placeOf,
  type ScalarNode,
  type TreeNode,
} from '../source/tree';
import { castAt } from './casts';
import {
  type Lookup,
  parseTemplate,
  substitute,
  TemplateError,
  type Variable,
  variablesOf,
} from './template';

/** What one load learns about variables; shared by all its files. */
export interface VariableReport {
  warnings: ComposeWarning[];
  variables: LoadedCompose['variables'];
}

export interface Interpolation {
  environment: Record<string, string | undefined>;
  report: VariableReport;
}

/** Changes the tree in place. `path` is where the node stands in the Compose model. */
export function interpolate(node: TreeNode, path: string[], context: Interpolation): void {
  if (node.kind === 'scalar') interpolateScalar(node, path, context);
  if (node.kind === 'list') interpolateItems(node, path, context);
  if (node.kind === 'map') interpolateEntries(node, path, context);
}

function interpolateItems(node: ListNode, path: string[], context: Interpolation): void {
  for (const item of node.items) interpolate(item, [...path, '*'], context);
}

function interpolateEntries(node: MapNode, path: string[], context: Interpolation): void {
  for (const [name, entry] of node.entries) interpolate(entry.value, [...path, name], context);
}

function interpolateScalar(node: ScalarNode, path: string[], context: Interpolation): void {
  if (typeof node.value !== 'string') return;
  const text = node.value.includes('$') ? substituteText(node, node.value, path, context) : node.value;
  const cast = castAt(path, text);
  if (cast === undefined) {
    throw invalidCompose(node.origin, `${path.join('.')}: "${text}" cannot be read as the type it needs.`);
  }
  node.value = cast;
}

function substituteText(node: ScalarNode, text: string, path: string[], context: Interpolation): string {
  try {
    const pieces = parseTemplate(text);
    for (const variable of variablesOf(pieces)) report(node, variable, context);
    return substitute(pieces, lookupIn(context), (variable) => warnUnset(node, variable, path, context));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw invalidCompose(originOfWords(node, error.words), `${path.join('.')}: ${error.message}`, {
      cause: error,
    });
  }
}

function lookupIn({ environment }: Interpolation): Lookup {
  return (name) => environment[name];
}

function report(node: ScalarNode, variable: Variable, { report, environment }: Interpolation): void {
  report.variables.push({
    name: variable.name,
    required: variable.operator.endsWith('?'),
    hasDefault: variable.operator.endsWith('-'),
    value: environment[variable.name] ?? null,
    place: placeOf(originOfWords(node, variable.name)),
  });
}

function warnUnset(node: ScalarNode, variable: Variable, path: string[], { report }: Interpolation): void {
  const place = placeOf(originOfWords(node, variable.name));
  const message = `The variable ${variable.name} is not set and becomes an empty text.`;
  report.warnings.push({ ...place, path: path.join('.'), message });
}

/** Where the words stand inside the scalar; the scalar itself when escapes hide them. */
function originOfWords(node: ScalarNode, words: string): Origin {
  const { file, start, end } = node.origin;
  const found = file.text.slice(start, end).search(wordPattern(words));
  if (found === -1) return node.origin;
  return { file, start: start + found, end: start + found + words.length };
}

function wordPattern(words: string): RegExp {
  const escaped = words.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return words.startsWith('$') ? new RegExp(escaped) : new RegExp(`(?<=\\$\\{?)${escaped}(?![_a-zA-Z0-9])`);
}
