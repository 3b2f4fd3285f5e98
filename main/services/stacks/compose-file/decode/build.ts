import type { ComposeBuild } from '../model';
import { bytes, type Cursor, entries, fields, flag, listOf, recordOf, text, wrong } from '../source/cursor';
import { toPlain } from '../source/tree';
import { nullableText } from './values';

const KNOWN = {
  context: text,
  dockerfile: text,
  dockerfile_inline: text,
  args: recordOf(nullableText),
  target: text,
  labels: recordOf(text),
  cache_from: listOf(text),
  no_cache: flag,
  pull: flag,
  network: text,
  extra_hosts: listOf(text),
  shm_size: bytes,
  platforms: listOf(text),
  tags: listOf(text),
};

/** An empty context stands for the project's directory. */
export function readBuild(cursor: Cursor): ComposeBuild {
  const { context = '', ...known } = fields(cursor, KNOWN);
  if (known.dockerfile !== undefined && known.dockerfile_inline !== undefined) {
    throw wrong(cursor, 'built from either dockerfile or dockerfile_inline');
  }
  const other: Record<string, unknown> = {};
  for (const [name, item] of entries(cursor)) {
    if (!(name in KNOWN)) other[name] = toPlain(item.node);
  }
  const dockerfile = known.dockerfile_inline === undefined ? { dockerfile: 'Dockerfile' } : {};
  return { ...other, ...dockerfile, ...known, context };
}
