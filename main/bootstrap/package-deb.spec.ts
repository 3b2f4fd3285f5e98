import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { controlFile, parseWords } from './package-deb.mjs';
import { ROOT } from './paths.mjs';

const WORDS = [
  ...[
    '-s',
    'dir',
    '--force',
    '-t',
    'deb',
    '-d',
    'libnss3',
    '-d',
    'libgbm1',
    '--deb-recommends',
    'mmdebstrap',
  ],
  ...['--architecture', 'amd64', '--version', '1.2.3', '--name', 'console', '--description', 'Short\n Long.'],
  ...[
    '--maintainer',
    'A <a@b.invalid>',
    '/built/=/opt/The Console',
    '/x.desktop=/usr/share/applications/x.desktop',
  ],
];

it('reads the words meant for fpm', () => {
  const request = parseWords(WORDS);
  expect(request.depends).toEqual(['libnss3', 'libgbm1']);
  expect(request.trees).toEqual([
    { source: '/built/', target: '/opt/The Console' },
    { source: '/x.desktop', target: '/usr/share/applications/x.desktop' },
  ]);
});

it('writes a control file without empty fields', () => {
  const text = controlFile(parseWords(WORDS), 1000);
  expect(text).toContain('Depends: libnss3, libgbm1\nRecommends: mmdebstrap\n');
  expect(text).toContain('Description: Short\n Long.\n');
  expect(text).not.toContain('Homepage');
});

it('asks for renamed libraries by their new names first, as the old ones may be another library', () => {
  const settings = readFileSync(path.join(ROOT, 'electron-builder.yml'), 'utf8');
  const renamed = [...settings.matchAll(/^ +- (.*t64.*)$/gm)].map(([, names = '']) => names.split(' | '));
  expect(renamed.map(([first = '']) => first)).toContain('libasound2t64');
  for (const [first, second] of renamed) expect(first).toBe(`${second}t64`);
});
