/** A set of files to one shaped tree: parse, interpolate, validate, shape, extend, merge, include. */
import { interpolate } from '../interpolation/apply';
import { dropResets, mergeDocuments } from '../merge/merge';
import { enforceUnique } from '../merge/unique';
import { validateDocument } from '../schema/validate';
import { shapeDocument } from '../shape/document';
import { parseDocuments } from '../source/parse';
import { getMap, type MapNode, map, type Origin, type SourceFile } from '../source/tree';
import { type LoadContext, readSource } from './context';
import { applyExtends } from './extends';
import { applyInclude } from './include';

export interface ParsedSource {
  file: SourceFile;
  documents: MapNode[];
}

/** `from` is where an `include` names the files. Rejects with INVALID_COMPOSE. */
async function loadFiles(paths: string[], context: LoadContext, from: Origin): Promise<MapNode> {
  const files = await Promise.all(paths.map((path) => readSource(path, from)));
  return mergeSources(
    files.map((file) => ({ file, documents: parseDocuments(file) })),
    context,
  );
}

/** Changes the parsed documents. Rejects with INVALID_COMPOSE. */
export async function mergeSources(sources: ParsedSource[], context: LoadContext): Promise<MapNode> {
  let merged: MapNode | undefined;
  for (const { file, documents } of sources) {
    for (const document of documents) {
      const ready = await prepare(document, file.path, context);
      merged = merged ? mergeDocuments(merged, ready) : ready;
    }
  }
  const file = sources[0]?.file ?? { path: '', text: '' };
  const document = merged ?? map({ file, start: 0, end: 0 });
  dropResets(document);
  for (const entry of getMap(document, 'services')?.entries.values() ?? []) {
    if (entry.value.kind === 'map') enforceUnique(entry.value);
  }
  await applyInclude(document, context, loadFiles);
  return document;
}

async function prepare(document: MapNode, path: string, context: LoadContext): Promise<MapNode> {
  interpolate(document, [], context.interpolation);
  validateDocument(document);
  shapeDocument(document, context.base);
  await applyExtends(document, path, context);
  return document;
}
