import { MASK } from '../../secrets/face';
import type { ComposeProject, ComposeService } from '../compose-file/model';
import { isRecord } from './canonical';
import { OWN } from './labels';
import type { FieldChange } from './model';
import { forDisplay, holdsSecret, looksSecret, secretMark } from './secret-values';
import { imageReference, taggedReference } from './service-facts';

/** Fields that do not shape the container itself. */
const NO_PART_OF_CONTAINER = new Set([
  'name',
  'depends_on',
  'extensions',
  'build',
  'profiles',
  'pull_policy',
  'scale',
]);

export interface DefinitionFacts {
  imageId: string | null;
  files: Record<string, string | null>;
}

/**
 * The service flattened to dotted path → text, secret-looking values as marks. Kept in a label, so
 * that the reason for a change can be told without asking the engine per container.
 */
export function definitionOf(
  project: ComposeProject,
  service: ComposeService,
  facts: DefinitionFacts,
): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [key, value] of Object.entries(service)) {
    if (!NO_PART_OF_CONTAINER.has(key)) flatten(key, value, flat);
  }
  flat.image = taggedReference(imageReference(project, service));
  flat['image id'] = (facts.imageId ?? '').replace('sha256:', '').slice(0, 12);
  for (const { source } of service.secrets)
    flat[`secret ${source}`] = contentMark(facts.files[`secret:${source}`]);
  for (const { source } of service.configs)
    flat[`config ${source}`] = contentMark(facts.files[`config:${source}`]);
  return flat;
}

function contentMark(contentDigest: string | null | undefined): string {
  return contentDigest ? secretMark(contentDigest) : 'unreadable';
}

function flatten(path: string, value: unknown, into: Record<string, string>): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) {
    flattenList(path, value, into);
  } else if (isRecord(value)) {
    for (const [key, item] of Object.entries(value)) flatten(`${path}.${key}`, item, into);
  } else {
    into[path] = shown(path, String(value));
  }
}

/** Word lists read better whole; lists of objects by index. */
function flattenList(path: string, list: unknown[], into: Record<string, string>): void {
  if (list.every((item) => !isRecord(item))) {
    if (list.length > 0) into[path] = wordList(list);
    return;
  }
  list.forEach((item, index) => {
    flatten(`${path}.${index}`, item, into);
  });
}

function wordList(list: unknown[]): string {
  const text = JSON.stringify(list);
  // A command line may carry --password=…; the whole list is then a secret.
  return holdsSecret(list.map(String)) ? secretMark(text) : text;
}

function shown(path: string, value: string): string {
  const name = path.slice(path.lastIndexOf('.') + 1);
  const named = path.startsWith('environment.') || path.startsWith('labels.') || path.startsWith('logging.');
  return looksSecret(named ? name : '', value) ? secretMark(value) : value;
}

/** The flattened definition that an object of ours carries; null on anything else. */
export function definitionLabel(labels: Record<string, string>): Record<string, string> | null {
  const text = labels[OWN.definition];
  if (text === undefined) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    if (!isRecord(parsed)) return null;
    return Object.fromEntries(Object.entries(parsed).map(([key, value]) => [key, String(value)]));
  } catch {
    return null;
  }
}

/** Fields that differ, masked for display, in order of their path. */
export function changedFields(from: Record<string, string>, to: Record<string, string>): FieldChange[] {
  const fields = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return fields
    .filter((field) => from[field] !== to[field])
    .map((field) => ({ field, from: forDisplay(from[field]), to: forDisplay(to[field]) }));
}

/** `PORT changed from 1 to 2`, at most three fields, then a count. */
export function describeChanges(changes: FieldChange[]): string {
  const told = changes.slice(0, 3).map(describeChange);
  const rest = changes.length - told.length;
  return rest > 0 ? `${told.join('; ')}; and ${rest} more` : told.join('; ');
}

function describeChange({ field, from, to }: FieldChange): string {
  if (from === null) return `${field} was added${to === MASK ? '' : `: ${brief(to ?? '')}`}`;
  if (to === null) return `${field} was removed`;
  if (to === MASK) return `${field} changed`;
  return `${field} changed from ${brief(from)} to ${brief(to)}`;
}

function brief(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
