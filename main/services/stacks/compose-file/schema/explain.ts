/** From the validator's errors to one sentence. */
import { appliedServiceAttributes, unappliedServiceAttributes } from '../attributes';
import type { TreeNode } from '../source/tree';

interface RawError {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
}

export interface SchemaFailure {
  path: string[];
  keyword: string;
  params: Record<string, unknown>;
  /** Kinds that any branch would have taken, when the kind is what is wrong. */
  kinds: string[];
  /** The name that must not be there. */
  extra?: string;
}

/** Kinds are tried in branches; the failure that got furthest into the file is what the writer meant. */
export function worst(errors: RawError[]): SchemaFailure {
  const ranked = [...errors].sort((a, b) => depth(b) - depth(a) || rank(a) - rank(b));
  const first = ranked[0] ?? { instancePath: '', keyword: 'unknown', params: {} };
  const same = errors.filter(
    (error) => error.instancePath === first.instancePath && error.keyword === 'type',
  );
  return {
    path: pathOf(first.instancePath),
    keyword: first.keyword,
    params: first.params,
    kinds: [...new Set(same.flatMap((error) => kindsOf(error.params.type)))],
    extra: textParam(first.params, 'additionalProperty'),
  };
}

function depth(error: RawError): number {
  return error.instancePath.split('/').length;
}

const SPECIFIC_FIRST = ['additionalProperties', 'enum', 'required', 'pattern', 'type'];

function rank(error: RawError): number {
  const position = SPECIFIC_FIRST.indexOf(error.keyword);
  return position === -1 ? SPECIFIC_FIRST.length : position;
}

function pathOf(pointer: string): string[] {
  if (pointer === '') return [];
  const parts = pointer.slice(1).split('/');
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const KINDS: Record<string, string> = {
  array: 'a list',
  object: 'a map',
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'empty',
};

function kindsOf(type: unknown): string[] {
  const types = Array.isArray(type) ? type : String(type).split(',');
  return types.map((name) => KINDS[String(name)] ?? String(name));
}

function textParam(params: Record<string, unknown>, name: string): string | undefined {
  const value = params[name];
  return typeof value === 'string' ? value : undefined;
}

export function explain(failure: SchemaFailure, node: TreeNode): string {
  const where = dotted(failure.path);
  switch (failure.keyword) {
    case 'additionalProperties':
      return unknownName(failure, where);
    case 'type':
      return `${where} must be ${either(failure.kinds)}; found ${wordsFor(node)}.`;
    case 'enum':
      return `${where} must be one of ${quoted(failure.params.allowedValues)}; found ${wordsFor(node)}.`;
    case 'required':
      return `${where} needs "${textParam(failure.params, 'missingProperty')}".`;
    case 'pattern':
      return `${where} has a form that is not allowed here; found ${wordsFor(node)}.`;
    case 'minimum':
    case 'maximum':
      return `${where} must be ${failure.params.comparison} ${failure.params.limit}; found ${wordsFor(node)}.`;
    default:
      return `${where} has none of the forms that are allowed here; found ${wordsFor(node)}.`;
  }
}

function dotted(path: string[]): string {
  if (path.length === 0) return 'The file';
  return path
    .map((part, index) => (/^[0-9]+$/.test(part) ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('');
}

const NAMED = new Set(['services', 'networks', 'volumes', 'secrets', 'configs', 'depends_on']);

function unknownName(failure: SchemaFailure, where: string): string {
  const name = failure.extra ?? '';
  if (NAMED.has(failure.path.at(-1) ?? '') && !/^[a-zA-Z0-9._-]+$/.test(name)) {
    return `The name "${name}" in ${where} may hold letters, digits, ".", "_" and "-" only.`;
  }
  const near = nearest(name, knownNames(failure.path));
  return `${where} has no attribute "${name}"${near ? `; "${near}" is one` : ''}.`;
}

const TOP = ['name', 'services', 'networks', 'volumes', 'secrets', 'configs', 'include', 'version'];

function knownNames(path: string[]): string[] {
  if (path.length === 0) return TOP;
  if (path.length !== 2 || path[0] !== 'services') return [];
  return [...appliedServiceAttributes, ...unappliedServiceAttributes.keys()];
}

const NEAR_EDITS = 2;

function nearest(name: string, known: string[]): string | undefined {
  const scored = known.map((candidate) => ({ candidate, edits: editDistance(name, candidate) }));
  scored.sort((a, b) => a.edits - b.edits);
  return scored[0] && scored[0].edits <= NEAR_EDITS ? scored[0].candidate : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function either(kinds: string[]): string {
  if (kinds.length < 2) return kinds[0] ?? 'of another kind';
  return `${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}`;
}

function quoted(values: unknown): string {
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)).join(', ') : String(values);
}

function wordsFor(node: TreeNode): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'reset' || node.value === null) return 'nothing';
  return typeof node.value === 'string' ? `the text ${JSON.stringify(node.value)}` : `${node.value}`;
}
