import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portionBytes, portionsOf } from './portions';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bz-portions-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function fileOf(content: Buffer): Promise<string> {
  const file = join(directory, 'content');
  await writeFile(file, content);
  return file;
}

describe('portionsOf', () => {
  it('gives the bytes from the offset on, whatever the portions', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(500),
        fc.nat(600),
        fc.integer({ min: 1, max: 99 }),
        async (size, offset, bytes) => {
          const content = randomBytes(size);
          const taken: Buffer[] = [];
          for await (const portion of portionsOf(await fileOf(content), { offset, bytes })) {
            expect(portion.length).toBeLessThanOrEqual(bytes);
            taken.push(Buffer.from(portion));
          }
          expect(Buffer.concat(taken)).toEqual(content.subarray(offset));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('uses two buffers and no more', async () => {
    const memory = new Set<ArrayBufferLike>();
    const file = await fileOf(randomBytes(100));
    for await (const portion of portionsOf(file, { offset: 0, bytes: 10 })) memory.add(portion.buffer);
    expect(memory.size).toBe(2);
  });
});

describe('portionBytes', () => {
  it.each([
    [null, 128 * 1024],
    [1_000, 128 * 1024],
    [5_000_000, 500_000],
    [300_000_000, 1024 * 1024],
  ])('on a wire of %s bytes a second is %s', (wire, bytes) => {
    expect(portionBytes(wire)).toBe(bytes);
  });
});
