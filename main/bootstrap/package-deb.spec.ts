import { expect, it } from 'vitest';
import { controlFile, parseWords } from './package-deb.mjs';

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
