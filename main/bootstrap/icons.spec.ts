import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ASSETS, packIco, renderings, sourceHashes, stampedHashes } from './icons.mjs';

const PNG_SIGNATURE = '89504e470d0a1a0a';

describe('icons', () => {
  it('were made from the SVG sources as they are now (npm run icons)', async () => {
    expect(await stampedHashes()).toEqual(await sourceHashes());
  });

  it.each(renderings())('$target is a PNG of $size px', ({ target, size }) => {
    const png = readFileSync(path.join(ASSETS, target));
    expect(png.subarray(0, 8).toString('hex')).toBe(PNG_SIGNATURE);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size]);
  });

  it('come with a Windows icon', () => {
    expect(existsSync(path.join(ASSETS, 'icon.ico'))).toBe(true);
  });
});

describe('packIco', () => {
  it('points at each image', () => {
    const ico = packIco([
      { size: 16, png: Buffer.from('first') },
      { size: 256, png: Buffer.from('second') },
    ]);
    expect(ico.readUInt16LE(4)).toBe(2);
    expect(ico.readUInt8(6 + 16)).toBe(0);
    const at = ico.readUInt32LE(6 + 16 + 12);
    expect(ico.subarray(at, at + ico.readUInt32LE(6 + 16 + 8)).toString()).toBe('second');
  });
});
