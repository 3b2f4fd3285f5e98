import type { Readable } from 'node:stream';

/** Node's types call the chunks of a stream `any`; without an encoding they are buffers. */
export async function* bytesOf(stream: Readable): AsyncGenerator<Buffer, void> {
  const chunks: AsyncIterable<unknown> = stream;
  for await (const chunk of chunks) if (Buffer.isBuffer(chunk)) yield chunk;
}
