import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openWriter } from './writer';

/** A program on the host that takes everything, says nothing, and ends when its connection does. */
function silentProgram(failure: Error | null) {
  const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  stream.on('error', () => undefined);
  const ended = new Promise<{ exitCode: number; stderr: string }>((resolve, reject) => {
    stream.once('close', () => (failure ? reject(failure) : resolve({ exitCode: -1, stderr: '' })));
  });
  return { stream, ended };
}

async function put(program: ReturnType<typeof silentProgram>, content: AsyncIterable<Buffer>) {
  const writer = await openWriter({ open: async () => program }, new AbortController().signal);
  return writer.put({ name: 'layer', offset: 0, bytes: 6, content, onTaken: () => undefined });
}

async function* unreadable(): AsyncGenerator<Buffer, void> {
  yield Buffer.from('one');
  throw new Error('EIO: i/o error, read');
}

describe('what is put on the host', () => {
  it('fails with the reason here when it can not be read here', async () => {
    await expect(put(silentProgram(null), unreadable())).rejects.toThrow('EIO: i/o error, read');
  });

  it('fails with what the connection failed with when that went', async () => {
    const lost = new Error('The connection was lost.');
    const program = silentProgram(lost);
    async function* interrupted(): AsyncGenerator<Buffer, void> {
      yield Buffer.from('one');
      program.stream.destroy(lost);
      yield Buffer.from('two');
    }
    await expect(put(program, interrupted())).rejects.toBe(lost);
  });

  it('is answered with what the program said when it ended by itself', async () => {
    const program = silentProgram(null);
    async function* tooLate(): AsyncGenerator<Buffer, void> {
      yield Buffer.from('one');
      program.stream.destroy(new Error('write EPIPE'));
      yield Buffer.from('two');
    }
    expect(await put(program, tooLate())).toEqual({ exitCode: -1, stdout: '', stderr: '' });
  });
});
