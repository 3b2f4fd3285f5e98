import type { Readable } from 'node:stream';

/** Node's types call the chunks of a stream `any`; without an encoding they are buffers. */
export async function* bytesOf(stream: Readable): AsyncGenerator<Buffer, void> {
  const chunks: AsyncIterable<unknown> = stream;
  for await (const chunk of chunks) if (Buffer.isBuffer(chunk)) yield chunk;
}

/** Not `buffer` of node:stream/consumers, which loads the web streams first: every start of the command line would wait. */
export async function allBytes(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytesOf(stream)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
