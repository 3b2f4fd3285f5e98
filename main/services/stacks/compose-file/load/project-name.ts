/** The project's name: asked for, from the environment, from the files, or the directory's. */
import { basename } from 'node:path';
import { DomainError } from '../../../errors';
import { type Interpolation, interpolate } from '../interpolation/apply';
import { invalidCompose } from '../source/failure';
import { copy, get, type MapNode, textOf } from '../source/tree';

const NAME = /^[a-z0-9][a-z0-9_-]*$/;
const RULE = 'lower-case letters, digits, "-" and "_", a letter or digit first';

export interface NameSources {
  asked: string | undefined;
  documents: MapNode[];
  directory: string;
  interpolation: Interpolation;
}

/** Throws INVALID_INPUT for a name that was asked for, INVALID_COMPOSE for one in a file. */
export function projectName(sources: NameSources): string {
  const { asked, documents, directory, interpolation } = sources;
  const wanted = asked ?? interpolation.environment.COMPOSE_PROJECT_NAME;
  if (wanted !== undefined && wanted !== '') return valid(wanted);
  return fromFiles(documents, interpolation) ?? directoryProject(directory);
}

function valid(name: string): string {
  if (NAME.test(name)) return name;
  const detail = `A project name holds ${RULE}; "${name}" does not.`;
  throw new DomainError('INVALID_INPUT', { field: 'project', detail }, detail);
}

/** The last file that gives a name wins. */
function fromFiles(documents: MapNode[], interpolation: Interpolation): string | undefined {
  const node = documents.map((document) => get(document, 'name')).findLast((name) => name !== undefined);
  if (!node) return undefined;
  const resolved = copy(node);
  interpolate(resolved, ['name'], interpolation);
  const name = textOf(resolved) ?? '';
  if (!NAME.test(name))
    throw invalidCompose(node.origin, `A project name holds ${RULE}; "${name}" does not.`);
  return name;
}

/** What Compose calls a project that nothing else names. */
export function directoryProject(directory: string): string {
  const name = basename(directory)
    .toLowerCase()
    .replace(/[^-_a-z0-9]/g, '')
    .replace(/^[-_]+/, '');
  return name === '' ? 'default' : name;
}
