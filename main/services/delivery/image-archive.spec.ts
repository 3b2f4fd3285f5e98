import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Pack, pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeImage } from './image-archive';
import { readTar } from './tar-reader';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'image-archive-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const digest = (content: string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;
const hex = (content: string) => digest(content).slice(7);

async function bytesOf(tar: Pack): Promise<Buffer> {
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** In portions as a socket would hand them out. */
async function* inPortions(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const configurationOf = (layers: string[]) => JSON.stringify({ rootfs: { diff_ids: layers.map(digest) } });

/** As Docker Engine up to 24 writes it: folders with links between equal layers, the manifest last. */
function legacy(layers: string[]): Promise<Buffer> {
  const tar = pack();
  const configuration = configurationOf(layers);
  const paths = layers.map((content, index) => {
    const folder = hex(`${index}`);
    const earlier = layers.indexOf(content);
    tar.entry({ name: `${folder}/`, type: 'directory' });
    tar.entry({ name: `${folder}/VERSION` }, '1.0');
    tar.entry({ name: `${folder}/json` }, '{}');
    const link = {
      name: `${folder}/layer.tar`,
      type: 'symlink' as const,
      linkname: `../${hex(`${earlier}`)}/layer.tar`,
    };
    if (earlier < index) tar.entry(link);
    else tar.entry({ name: `${folder}/layer.tar` }, content);
    return `${folder}/layer.tar`;
  });
  const config = `${hex(configuration)}.json`;
  tar.entry({ name: config }, configuration);
  tar.entry({ name: 'manifest.json' }, JSON.stringify([{ Config: config, RepoTags: null, Layers: paths }]));
  return bytesOf(tar);
}

/** As Docker Engine from 25 on writes it. */
function blobs(layers: string[]): Promise<Buffer> {
  const tar = pack();
  const configuration = configurationOf(layers);
  for (const content of new Set([...layers, configuration]))
    tar.entry({ name: `blobs/sha256/${hex(content)}` }, content);
  const paths = layers.map((content) => `blobs/sha256/${hex(content)}`);
  const manifest = [{ Config: `blobs/sha256/${hex(configuration)}`, RepoTags: null, Layers: paths }];
  tar.entry({ name: 'index.json' }, '{}');
  tar.entry({ name: 'manifest.json' }, JSON.stringify(manifest));
  tar.entry({ name: 'oci-layout' }, '{}');
  return bytesOf(tar);
}

describe.each([
  ['the legacy layout', legacy],
  ['blobs by digest', blobs],
])('%s', (_name, write) => {
  it('gives the wanted layers and keeps nothing of the others', async () => {
    const layers = ['base', 'middle'.repeat(1000), 'top'];
    const archive = inPortions(await write(layers), 700);
    const image = await takeImage(archive, { leftOut: new Set([digest('base')]), directory });
    expect(image.diffIds).toEqual(layers.map(digest));
    expect(image.configuration.toString()).toBe(configurationOf(layers));
    const contents = await Promise.all(image.layers.map(({ file }) => readFile(file, 'utf8')));
    expect(contents).toEqual(layers.slice(1));
    expect(image.layers.map(({ sizeBytes }) => sizeBytes)).toEqual([6000, 3]);
    const files = await readdir(directory);
    const kept = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')));
    expect(kept).not.toContain('base');
  });

  it('gives an equal layer once', async () => {
    const image = await takeImage(inPortions(await write(['a', 'b', 'a']), 512), {
      leftOut: new Set(),
      directory,
    });
    expect(image.diffIds).toHaveLength(3);
    expect(image.layers.map(({ diffId }) => diffId)).toEqual(['a', 'b'].map(digest));
  });

  it('is refused when it ends half-way', async () => {
    const bytes = await write(['a'.repeat(5000)]);
    const half = inPortions(bytes.subarray(0, 3000), 512);
    await expect(takeImage(half, { leftOut: new Set(), directory })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('it ends too early'),
    });
  });
});

describe('readTar', () => {
  it('reads names of any length and content in any portions', async () => {
    const name = fc
      .string({ minLength: 1, maxLength: 300, unit: 'grapheme-ascii' as const })
      .filter((text) => /^[\w.-]+$/.test(text));
    const file = fc.record({ name, content: fc.uint8Array({ maxLength: 2000 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { maxLength: 4 }),
        fc.integer({ min: 1, max: 2000 }),
        async (files, size) => {
          const tar = pack();
          for (const one of files) tar.entry({ name: one.name }, Buffer.from(one.content));
          const read: { name: string; content: Buffer }[] = [];
          for await (const entry of readTar(inPortions(await bytesOf(tar), size))) {
            const chunks: Buffer[] = [];
            for await (const chunk of entry.content) chunks.push(chunk);
            read.push({ name: entry.path, content: Buffer.concat(chunks) });
          }
          expect(read).toEqual(files.map((one) => ({ name: one.name, content: Buffer.from(one.content) })));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('skips content nobody reads', async () => {
    const tar = pack();
    tar.entry({ name: 'a' }, 'x'.repeat(1300));
    tar.entry({ name: 'b' }, 'y');
    const names: string[] = [];
    for await (const { path } of readTar(inPortions(await bytesOf(tar), 100))) names.push(path);
    expect(names).toEqual(['a', 'b']);
  });
});
