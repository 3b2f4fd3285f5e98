/** `extends`: a service starts from another one, of the same file or of another one. */
import { dirname } from 'node:path';
import { interpolate } from '../interpolation/apply';
import { mergeService } from '../merge/merge';
import { validateDocument } from '../schema/validate';
import { absolutePath } from '../shape/paths';
import { shapeService } from '../shape/service';
import { invalidCompose } from '../source/failure';
import { parseDocuments } from '../source/parse';
import { copy, get, getMap, type MapNode, map, type Origin, put, textOf } from '../source/tree';
import { type LoadContext, readSource } from './context';

/** A service that is being extended; the chain tells a cycle. */
interface Link {
  file: string;
  service: string;
}

/** Replaces every service of a shaped document that extends another. Rejects with INVALID_COMPOSE. */
export async function applyExtends(document: MapNode, file: string, context: LoadContext): Promise<void> {
  const services = getMap(document, 'services');
  for (const [name, entry] of services?.entries ?? []) {
    if (entry.value.kind !== 'map') continue;
    entry.value = await extended(entry.value, document, [{ file, service: name }], context);
  }
}

async function extended(
  service: MapNode,
  document: MapNode,
  chain: Link[],
  context: LoadContext,
): Promise<MapNode> {
  const reference = get(service, 'extends');
  if (!reference || reference.kind === 'reset') return service;
  const wanted = textOf(get(reference, 'service')) ?? '';
  const fileNode = get(reference, 'file');
  const here = chain.at(-1)?.file ?? '';
  const file = fileNode ? absolutePath(context.base, textOf(fileNode) ?? '') : here;
  const link = { file, service: wanted };
  refuseCycle(chain, link, reference.origin);
  const source =
    file === here
      ? { document, context }
      : await openOther(file, wanted, fileNode?.origin ?? reference.origin, context);
  const base = getMap(getMap(source.document, 'services'), wanted);
  if (!base) throw invalidCompose(reference.origin, `There is no service "${wanted}" in ${file} to extend.`);
  const complete = await extended(base, source.document, [...chain, link], source.context);
  const own: MapNode = { ...service, entries: new Map(service.entries) };
  own.entries.delete('extends');
  return mergeService(copy(complete), own);
}

function refuseCycle(chain: Link[], link: Link, origin: Origin): void {
  const start = chain.findIndex(({ file, service }) => file === link.file && service === link.service);
  if (start === -1) return;
  const names = [...chain.slice(start), link].map(({ service }) => service).join(' → ');
  throw invalidCompose(origin, `Services extend each other in a circle: ${names}.`);
}

/** Reads only the wanted service and what it extends in its file, with paths relative to that file. */
async function openOther(path: string, wanted: string, from: Origin, context: LoadContext) {
  const file = await readSource(path, from);
  const other: LoadContext = { ...context, base: { ...context.base, directory: dirname(path) } };
  const document = map({ file, start: 0, end: 0 });
  const services = map(document.origin);
  put(document, 'services', services);
  for (const parsed of parseDocuments(file)) {
    for (const [name, entry] of getMap(parsed, 'services')?.entries ?? []) services.entries.set(name, entry);
  }
  pickNeeded(services, wanted);
  interpolate(document, [], other.interpolation);
  validateDocument(document);
  for (const entry of services.entries.values()) {
    if (entry.value.kind === 'map') shapeService(entry.value, other.base);
  }
  return { document, context: other };
}

/** Keeps the wanted service and those of the same file that it starts from. */
function pickNeeded(services: MapNode, wanted: string): void {
  const needed = new Set<string>();
  for (let name: string | undefined = wanted; name !== undefined && !needed.has(name); ) {
    needed.add(name);
    const reference = get(get(services, name), 'extends');
    name = textOf(reference) ?? textOf(get(reference, 'service'));
  }
  for (const name of services.entries.keys()) if (!needed.has(name)) services.entries.delete(name);
}
