import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { extractFile, listPackage } from '@electron/asar';
import { afterAll, describe, expect, it } from 'vitest';
import { packAsar } from './asar.mjs';
import { FUSE, setFuses } from './fuses.mjs';
import { insideTarget, unzip } from './zip.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'bootstrap-archives-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A zip archive with one deflated and, after it, one stored file; checksums are not read. */
function zipOf(files: { name: string; text: string; stored?: boolean }[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, text, stored } of files) {
    const bytes = stored ? Buffer.from(text) : deflateRawSync(text);
    const local = Buffer.alloc(30);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(stored ? 0 : 8, 10);
    entry.writeUInt32LE(bytes.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt16LE(0o100755, 40);
    entry.writeUInt32LE(offset, 42);
    central.push(entry, Buffer.from(name));
    locals.push(local, Buffer.from(name), bytes);
    offset += 30 + name.length + bytes.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

function saved(name: string, bytes: Buffer): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

describe('unzip', () => {
  it('writes deflated and stored files under the names asked for', async () => {
    const archive = saved(
      'good.zip',
      zipOf([
        { name: 'App/a.txt', text: 'deflated '.repeat(100) },
        { name: 'App/b.txt', text: 'stored', stored: true },
        { name: 'App/left.txt', text: 'left out' },
      ]),
    );
    const rename = (name: string) => (name.includes('left') ? null : name.replace('App/', ''));
    expect(await unzip(archive, path.join(folder, 'good'), rename)).toBe(2);
    expect(readFileSync(path.join(folder, 'good/a.txt'), 'utf8')).toBe('deflated '.repeat(100));
    expect(readFileSync(path.join(folder, 'good/b.txt'), 'utf8')).toBe('stored');
  });

  it('refuses an entry that climbs out of the target', async () => {
    const archive = saved('slip.zip', zipOf([{ name: '../escaped.txt', text: 'x' }]));
    await expect(unzip(archive, path.join(folder, 'slip'), (name) => name)).rejects.toThrow('outside of');
    expect(() => insideTarget('/target', '/etc/passwd')).toThrow('outside of');
  });

  it('says so when the file is no archive', async () => {
    const archive = saved('cut.zip', Buffer.alloc(500));
    await expect(unzip(archive, path.join(folder, 'cut'), (name) => name)).rejects.toThrow(
      'no zip directory',
    );
  });
});

describe('packAsar', () => {
  it('makes what the official tool reads', () => {
    const archive = saved(
      'app.asar',
      packAsar({ 'package.json': '{"main":"main.js"}', 'main.js': 'export {};\n' }),
    );
    expect(listPackage(archive, { isPack: false }).sort()).toEqual(['/main.js', '/package.json']);
    expect(extractFile(archive, 'main.js').toString()).toBe('export {};\n');
  });
});

describe('setFuses', () => {
  it('changes the named positions only', async () => {
    const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
    const binary = saved('binary', Buffer.from(`....${sentinel}\u0001\u000800000010....`));
    await setFuses(
      binary,
      new Map([
        [FUSE.nodeCliInspect, true],
        [FUSE.browserSnapshot, false],
      ]),
    );
    expect(readFileSync(binary, 'latin1').slice(4 + sentinel.length + 2, -4)).toBe('00010000');
  });

  it('rejects a file without a fuse wire', async () => {
    await expect(setFuses(saved('other', Buffer.alloc(10)), new Map())).rejects.toThrow('no fuse wire');
  });
});
