import { describe, expect, it } from 'vitest';
import { proxyFor } from './proxy-settings.mjs';

it.each([
  ['https://github.com/x', '', false],
  ['https://github.com/x', '*', true],
  ['https://github.com/x', 'github.com', true],
  ['https://github.com/x', 'GitHub.com', true],
  ['https://www.github.com/x', 'github.com', true],
  ['https://www.github.com/x', '.github.com', true],
  ['https://github.com/x', '.github.com', true],
  ['https://www.github.com/x', '*.github.com', true],
  ['https://notgithub.com/x', 'github.com', false],
  ['https://github.com.org/x', 'github.com', false],
  ['https://github.com/x', 'hub.com', false],
  ['https://github.com/x', 'com', true],
  ['https://github.com/x', '.', false],
  ['https://github.com/x', 'localhost, 127.0.0.1,github.com', true],
  ['https://github.com/x', 'localhost github.com', true],
  ['https://github.com/x', 'github.com:443', true],
  ['https://github.com/x', 'github.com:8443', false],
  ['http://github.com:8443/x', 'github.com:8443', true],
  ['https://10.1.2.3/x', '10.1.2.3', true],
  ['https://10.1.2.3/x', '10.1.2.3:443', true],
  ['https://10.1.2.3/x', '10.0.0.0/8', true],
  ['https://11.1.2.3/x', '10.0.0.0/8', false],
  ['https://10.1.2.3/x', '10.0.0.0/99', false],
  ['https://10.1.2.3/x', '2.3', false],
  ['https://github.com/x', '10.0.0.0/8', false],
  ['https://[::1]/x', '::1', true],
  ['https://[::1]/x', '[::1]:443', true],
  ['https://[fd00::7]/x', 'fd00::/8', true],
  ['https://[fd00::7]/x', '10.0.0.0/8', false],
])('%s with NO_PROXY=%j goes without the proxy: %s', (url, exceptions, expected) => {
  const environment = {
    http_proxy: 'http://p.invalid',
    https_proxy: 'http://p.invalid',
    NO_PROXY: exceptions,
  };
  expect(proxyFor(new URL(url), environment) === null).toBe(expected);
});

describe('which proxy is meant', () => {
  const chosen = (url: string, environment: NodeJS.ProcessEnv) =>
    proxyFor(new URL(url), environment)?.address.hostname ?? null;
  const all = {
    npm_config_https_proxy: 'http://a.invalid',
    npm_config_proxy: 'http://b.invalid',
    https_proxy: 'http://c.invalid',
    HTTPS_PROXY: 'http://d.invalid',
    http_proxy: 'http://e.invalid',
    HTTP_PROXY: 'http://f.invalid',
  };
  it.each([
    ['https://server.invalid', [], 'a.invalid'],
    ['https://server.invalid', ['npm_config_https_proxy'], 'b.invalid'],
    ['https://server.invalid', ['npm_config_https_proxy', 'npm_config_proxy'], 'c.invalid'],
    ['https://server.invalid', ['npm_config_https_proxy', 'npm_config_proxy', 'https_proxy'], 'd.invalid'],
    [
      'https://server.invalid',
      ['npm_config_https_proxy', 'npm_config_proxy', 'https_proxy', 'HTTPS_PROXY'],
      null,
    ],
    ['http://server.invalid', [], 'b.invalid'],
    ['http://server.invalid', ['npm_config_proxy'], 'e.invalid'],
    ['http://server.invalid', ['npm_config_proxy', 'http_proxy'], 'f.invalid'],
    ['ftp://server.invalid', [], null],
  ])('for %s without %j: %s', (url, empty, expected) => {
    expect(chosen(url, { ...all, ...Object.fromEntries(empty.map((name) => [name, ''])) })).toBe(expected);
  });

  it("is npm's word before the environment's for exceptions too", () => {
    const HTTPS_PROXY = 'http://d.invalid';
    expect(
      chosen('https://server.invalid', { HTTPS_PROXY, npm_config_noproxy: '', NO_PROXY: '*' }),
    ).toBeNull();
    expect(chosen('https://server.invalid', { HTTPS_PROXY, npm_config_noproxy: 'x', NO_PROXY: '*' })).toBe(
      'd.invalid',
    );
  });

  it.each(['socks5://ann:secret@127.0.0.1:1', 'http://', 'http://ann:secret@a b', 'ann:secret@host:port'])(
    'is none where %s stands, which is not shown',
    (HTTPS_PROXY) => {
      const attempt = () => chosen('https://server.invalid', { HTTPS_PROXY });
      expect(attempt).toThrow(
        /^HTTPS_PROXY does not hold the address of an HTTP proxy, as in http:\/\/host:port$/,
      );
    },
  );
});
