import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tarHeader, tarOf } from './tar';

function listed(archive: Buffer): string[] {
  return execFileSync('tar', ['--numeric-owner', '-tvf', '-'], { input: archive, encoding: 'utf8' })
    .trim()
    .split('\n');
}

describe('tar', () => {
  it('writes modes and owners that tar reads back', () => {
    const [line] = listed(
      tarOf([{ path: 'run/secrets/a', content: Buffer.from('x'), mode: 0o440, uid: 7, gid: 8 }]),
    );
    expect(line).toMatch(/^-r--r----- 7\/8 +1 .* run\/secrets\/a$/);
  });

  it.each([99, 100, 101, 150, 986, 987, 990, 3000])(
    'keeps a name of %i characters and its content',
    (length) => {
      const path = Array.from({ length }, (_, index) => (index % 50 === 49 ? '/' : 'a'))
        .join('')
        .replace(/\/$/, 'b');
      const folder = mkdtempSync(join(tmpdir(), 'tar-'));
      const archive = tarOf([{ path, content: Buffer.from('content'), mode: 0o644 }]);
      try {
        expect(execFileSync('tar', ['-xOf', '-'], { input: archive, cwd: folder, encoding: 'utf8' })).toBe(
          'content',
        );
        expect(listed(archive)[0]?.endsWith(path)).toBe(true);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it('keeps a name in other letters', () => {
    const archive = tarOf([{ path: 'größe-日本.txt', content: Buffer.from('x'), mode: 0o644 }]);
    expect(
      execFileSync('tar', ['--quoting-style=literal', '-tf', '-'], { input: archive, encoding: 'utf8' }),
    ).toBe('größe-日本.txt\n');
  });

  it('writes whole blocks', () => {
    expect(tarHeader({ path: 'a'.repeat(200), size: 0, mode: 0o644 }).length % 512).toBe(0);
  });
});
