import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseEncoding, compressFile, sampleFile } from './compression';

const MIB = 1024 * 1024;
const signal = new AbortController().signal;

describe('chooseEncoding', () => {
  it.each([
    ['a slow wire', 0.4, 60 * MIB, 6 * MIB, 'gzip'],
    ['a fast wire', 0.4, 60 * MIB, 200 * MIB, 'plain'],
    ['nothing to gain', 0.99, 60 * MIB, MIB, 'plain'],
    ['a slow machine', 0.4, 2 * MIB, 20 * MIB, 'plain'],
    ['little to send', 0.4, 60 * MIB, null, 'gzip'],
  ])('over %s', (_what, ratio, bytesPerSecond, wire, encoding) => {
    expect(chooseEncoding(200 * MIB, { ratio, bytesPerSecond }, wire)).toBe(encoding);
  });

  it('never takes the slower way on a measured wire', () => {
    const speed = fc.integer({ min: 1000, max: 1e9 });
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.89, noNaN: true }), speed, speed, (ratio, cpu, wire) => {
        const gzip = 1 / cpu + ratio / wire;
        const chosen = chooseEncoding(MIB, { ratio, bytesPerSecond: cpu }, wire);
        expect(chosen).toBe(gzip < 1 / wire ? 'gzip' : 'plain');
      }),
    );
  });
});

describe('files', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'compression-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const write = async (content: Buffer) => {
    const file = join(folder, 'layer');
    await writeFile(file, content);
    return file;
  };

  it('are told apart by a sample', async () => {
    let clock = 0;
    const now = () => (clock += 10);
    const random = await sampleFile(await write(randomBytes(MIB)), MIB, now);
    expect(random.ratio).toBeGreaterThan(0.99);
    const text = await sampleFile(await write(Buffer.alloc(MIB, 'word ')), MIB, now);
    expect(text.ratio).toBeLessThan(0.1);
    expect(text.bytesPerSecond).toBe(MIB * 100);
    expect(await sampleFile(await write(Buffer.alloc(0)), 0, now)).toEqual({ ratio: 1, bytesPerSecond: 1 });
  });

  it('give the same bytes each time, with their digest', async () => {
    const content = Buffer.from(
      Array.from({ length: 50_000 }, (_, index) => `line ${index * index}\n`).join(''),
    );
    const file = await write(content);
    const first = await compressFile(file, signal);
    const bytes = await readFile(first.file);
    const second = await compressFile(file, signal);
    expect(bytes.equals(await readFile(second.file))).toBe(true);
    expect(gunzipSync(bytes).equals(content)).toBe(true);
    expect(first).toMatchObject({
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
  });
});
