import { describe, expect, it } from 'vitest';
import { parseStaging } from './staging';
import { speedOf } from './wire-speed';

describe('parseStaging', () => {
  it('reads folder, files and both disks', () => {
    const text = [
      'folder /var/tmp/bizosaas-delivery-me',
      'disk 2048 /',
      'disk 1024 /var/lib/my docker',
      'file  700 abc.tar.gz',
    ].join('\n');
    expect(parseStaging(text)).toEqual({
      folder: '/var/tmp/bizosaas-delivery-me',
      files: new Map([['abc.tar.gz', 700]]),
      disk: { mount: '/', freeBytes: 2048 * 1024 },
      engineDisk: { mount: '/var/lib/my docker', freeBytes: 1024 * 1024 },
    });
  });

  it('takes the engine to be on the same disk when that can not be told', () => {
    const { disk, engineDisk } = parseStaging('folder /a\ndisk 5 /');
    expect(engineDisk).toEqual(disk);
    expect(parseStaging('folder /a').disk.freeBytes).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('speedOf', () => {
  it('leaves out what the smaller portion took too', () => {
    expect(speedOf(40, 140)).toBe((448 * 1024 * 1000) / 100);
    expect(speedOf(40, 30)).toBe(448 * 1024 * 1000);
  });
});
