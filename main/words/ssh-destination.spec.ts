import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSshDestination, parseSshDestination } from './ssh-destination';

describe('an SSH destination', () => {
  it.each([
    ['box', { user: null, host: 'box', port: null, path: '' }],
    [' me@box:2222 ', { user: 'me', host: 'box', port: 2222, path: '' }],
    ['ssh://me@box:2222', { user: 'me', host: 'box', port: 2222, path: '' }],
    ['ssh://box/run/docker.sock/', { user: null, host: 'box', port: null, path: '/run/docker.sock' }],
    ['ssh://box/', { user: null, host: 'box', port: null, path: '' }],
    ['me@corp@box', { user: 'me@corp', host: 'box', port: null, path: '' }],
    ['[2001:db8::1]:22', { user: null, host: '2001:db8::1', port: 22, path: '' }],
    ['me@2001:db8::1', { user: 'me', host: '2001:db8::1', port: null, path: '' }],
    ['fe80::1%eth0', { user: null, host: 'fe80::1%eth0', port: null, path: '' }],
    ['bücher.example', { user: null, host: 'bücher.example', port: null, path: '' }],
  ])('%s is read', (text, expected) => {
    expect(parseSshDestination(text)).toEqual(expected);
  });

  it.each([
    '',
    ' ',
    '-oProxyCommand=x',
    'ssh://-F',
    'me@-box',
    '-me@box',
    'a b',
    'box:',
    'box:0',
    'box:65536',
    'box:22x',
    '@box',
    'me@',
    'box;ls',
    '$(ls)',
    'a`b',
    'ssh://',
    'http://box',
    'box/path',
    'me$@box',
    'b\nox',
    'm\ne@box',
    '[::1',
    '*',
  ])('%j is none', (text) => {
    expect(parseSshDestination(text)).toBeNull();
  });

  it('means the same after it was written and read again', () => {
    const host = fc.constantFrom('box', 'a.b-c', '::1', '10.0.0.1');
    const user = fc.option(fc.constantFrom('me', 'me@corp', 'a.b'));
    const port = fc.option(fc.integer({ min: 1, max: 65_535 }));
    fc.assert(
      fc.property(host, user, port, (host, user, port) => {
        const destination = { user, host, port, path: '' };
        const text = formatSshDestination(destination);
        expect(parseSshDestination(text)).toEqual(destination);
        expect(parseSshDestination(`ssh://${text}`)).toEqual(destination);
      }),
    );
  });

  it('never begins with a hyphen, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = parseSshDestination(text);
        expect(found?.host.startsWith('-') ?? false).toBe(false);
        expect(found?.user?.startsWith('-') ?? false).toBe(false);
      }),
    );
  });
});
