/** Writes an asar archive of a few small files (github.com/electron/asar, "Format"): two pickled sizes, a JSON index, the bytes. */

/**
 * @param {Record<string, string>} files Name to text, no folders.
 * @returns {Buffer}
 */
export function packAsar(files) {
  const contents = Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) }));
  const header = Buffer.from(JSON.stringify({ files: index(contents) }));
  const padded = Math.ceil(header.length / 4) * 4;
  const prefix = Buffer.alloc(16 + padded);
  prefix.writeUInt32LE(4, 0);
  prefix.writeUInt32LE(padded + 8, 4);
  prefix.writeUInt32LE(padded + 4, 8);
  prefix.writeUInt32LE(header.length, 12);
  header.copy(prefix, 16);
  return Buffer.concat([prefix, ...contents.map((content) => content.bytes)]);
}

/** @param {{ name: string, bytes: Buffer }[]} contents */
function index(contents) {
  let offset = 0;
  return Object.fromEntries(
    contents.map(({ name, bytes }) => {
      const entry = { size: bytes.length, offset: String(offset) };
      offset += bytes.length;
      return [name, entry];
    }),
  );
}
