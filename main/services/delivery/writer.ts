/** One program on the host takes all layers of a delivery in turn: starting one for each would cost round trips and a shell. */
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { cancelled } from '../errors';
import type { BulkChannel } from '../hosts/ssh/face';
import { type Output, startScript } from './remote';
import { inStaging } from './staging';

/** Takes `name offset bytes` lines, each followed by that many bytes; no file has the name `-`. */
const TAKE = [
  'while read -r name offset bytes; do',
  'if [ "$name" = - ]; then head -c "$bytes" > /dev/null; echo taken; continue; fi;',
  'if [ "$offset" = 0 ]; then : > "$name"; fi;',
  'dd of="$name" bs=65536 seek="$offset" count="$bytes" iflag=fullblock,count_bytes oflag=seek_bytes conv=notrunc status=none',
  '&& echo taken && sha256sum < "$name" || exit 1; done',
].join(' ');

const DIGEST = /^[0-9a-f]{64}/;

export interface Arrival {
  name: string;
  /** Where the content begins in the file; 0 makes the file anew. */
  offset: number;
  /** Of the content. */
  bytes: number;
  content: AsyncIterable<Buffer>;
  /** The host has written it all. */
  onTaken: () => void;
}

export interface Writer {
  /** Resolves once the host has read these bytes, which it keeps nothing of. */
  discard(bytes: Buffer): Promise<void>;
  /**
   * Writes at an offset, never at the end: what a lost connection still delivers late then only repeats the same
   * bytes at the same place. Answers the SHA-256 of the whole file as the host reads it back, or what the program
   * said when it ended instead. Rejects with what reading the content failed with.
   */
  put(arrival: Arrival): Promise<{ sha256: string } | Output>;
  end(): Promise<void>;
}

interface Reading {
  content: AsyncIterable<Buffer>;
  failed: { error: unknown } | null;
}

/** Tells a failure of the content from one of the connection it goes to. */
function watched(content: AsyncIterable<Buffer>): Reading {
  const portions = content[Symbol.asyncIterator]();
  const next = () =>
    portions.next().catch((error: unknown) => {
      reading.failed = { error };
      throw error;
    });
  async function* read(): AsyncGenerator<Buffer, void> {
    try {
      for (let portion = await next(); !portion.done; portion = await next()) yield portion.value;
    } finally {
      // A pipeline throws what writing failed with into what it reads from.
      await portions.return?.();
    }
  }
  const reading: Reading = { content: read(), failed: null };
  return reading;
}

/** In the staging folder. Its calls reject with the link's failure or CANCELLED. */
export async function openWriter(bulk: Pick<BulkChannel, 'open'>, signal: AbortSignal): Promise<Writer> {
  const { stream, ended } = await startScript(bulk, inStaging(TAKE), signal);
  const lines = createInterface({ input: stream })[Symbol.asyncIterator]();
  const end = ended.catch((error: unknown) => {
    throw signal.aborted ? cancelled('The delivery') : error;
  });
  end.catch(() => undefined);

  /** Null when the program ended. */
  async function nextLine(): Promise<string | null> {
    const ending = end.then(() => null);
    // What writing failed with says less than how the program or the link ended.
    const said = lines.next().then(
      ({ value, done }) => (done ? null : value),
      () => ending,
    );
    const line = await Promise.race([said, ending]);
    if (signal.aborted) throw cancelled('The delivery');
    return line;
  }

  return {
    async discard(bytes) {
      stream.write(`- 0 ${bytes.length}\n`);
      stream.write(bytes);
      await nextLine();
    },
    async put({ name, offset, bytes, content, onTaken }) {
      stream.write(`${name} ${offset} ${bytes}\n`);
      // A program that ends early says why itself, and a file that can't be read leaves it waiting.
      const reading = watched(content);
      pipeline(reading.content, stream, { end: false }).catch((error: Error) => stream.destroy(error));
      if ((await nextLine()) !== null) onTaken();
      const sha256 = DIGEST.exec((await nextLine()) ?? '')?.[0];
      if (reading.failed) throw reading.failed.error;
      return sha256 === undefined ? { ...(await end), stdout: '' } : { sha256 };
    },
    async end() {
      stream.end();
      await end;
    },
  };
}
