import { Readable } from 'node:stream';
import { type Pack, pack } from 'tar-stream';

/** tar-stream's own streams are streamx ones, which node:stream's types do not know. */
export function readTar(tar: Pack): Readable {
  return Readable.from(tar);
}

/** A tar of small text or binary files. */
export function tarOf(files: Record<string, string | Buffer>): Readable {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  return readTar(tar);
}
