/** The download through a proxy, against real servers and a real proxy on loopback. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { download } from './download.mjs';
import { breakOff, CERTIFICATE, closeServers, startProxy, startServer } from './proxy.fixture';
import { get } from './proxy.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'bootstrap-proxy-'));
const target = path.join(folder, 'electron.zip');
const cafile = path.join(folder, 'trusted.pem');
writeFileSync(cafile, CERTIFICATE);
afterEach(closeServers);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const content = randomBytes(300_000);
const sha256 = createHash('sha256').update(content).digest('hex');
const PASSWORD = 's@cret%';
const SIGN_IN = 'ann:s%40cret%';
const trusting = { npm_config_cafile: cafile };

function fetchFile(url: string, environment: NodeJS.ProcessEnv): Promise<void> {
  return download({ url, sha256, environment: { ...trusting, ...environment } }, target, () => undefined);
}

/** The words of the error, after a look that they hold no password. */
async function failure(url: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const error = await fetchFile(url, environment).then(
    () => new Error('it worked'),
    (thrown: unknown) => thrown,
  );
  expect(inspect(error, { depth: 5, showHidden: true })).not.toMatch(/cret/);
  expect(existsSync(target)).toBe(false);
  return error instanceof Error ? error.message : String(error);
}

describe('a download through a proxy', () => {
  it.each([
    ['http', false],
    ['https', true],
  ])('over %s goes through a tunnel, to a name only the proxy knows', async (protocol, secure) => {
    const hosts: (string | undefined)[] = [];
    const port = await startServer(true, (request, response) => {
      hosts.push(request.headers.host, request.headers['proxy-authorization']);
      response.setHeader('content-length', content.length).end(content);
    });
    const proxy = await startProxy(secure);
    await fetchFile(`https://server.invalid:${port}/e.zip`, {
      HTTPS_PROXY: `${protocol}://${SIGN_IN}@127.0.0.1:${proxy.port}`,
    });
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(hosts).toEqual([`server.invalid:${port}`, undefined]);
    expect(proxy.heard).toEqual([
      { asked: `CONNECT server.invalid:${port}`, signIn: `Basic ann:${PASSWORD}` },
    ]);
    rmSync(target);
  });

  it('goes on where the tunnel broke off', async () => {
    const ranges: (string | undefined)[] = [];
    const port = await startServer(true, (request, response) => {
      ranges.push(request.headers.range);
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from });
      if (from > 0) response.end(content.subarray(from));
      else breakOff(response, content.subarray(0, 150_000), target);
    });
    const proxy = await startProxy();
    await fetchFile(`https://server.invalid:${port}/`, { https_proxy: `http://127.0.0.1:${proxy.port}` });
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(ranges).toHaveLength(2);
    expect(proxy.heard).toHaveLength(2);
    rmSync(target);
  });

  it('asks a proxy for the whole address where the server speaks plain HTTP', async () => {
    const port = await startServer(false, (request, response) => {
      expect(request.headers.host).toBe(`server.invalid:${port}`);
      response.end(content);
    });
    const proxy = await startProxy();
    await fetchFile(`http://server.invalid:${port}/e.zip`, {
      http_proxy: `${SIGN_IN}@127.0.0.1:${proxy.port}`,
    });
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(proxy.heard).toEqual([
      { asked: `GET http://server.invalid:${port}/e.zip`, signIn: `Basic ann:${PASSWORD}` },
    ]);
    rmSync(target);
  });

  it('follows redirects, and asks for each whether the proxy is meant', async () => {
    const listener: RequestListener = (request, response) => {
      if (request.url === '/first') response.writeHead(302, { location: '/second' }).end();
      else if (request.url === '/second')
        response.writeHead(307, { location: `https://127.0.0.1:${port}/third` }).end();
      else response.end(content);
    };
    const port = await startServer(true, listener);
    const proxy = await startProxy();
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: 'localhost,127.0.0.0/8' };
    await fetchFile(`https://server.invalid:${port}/first`, environment);
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(proxy.heard.map(({ asked }) => asked)).toEqual(
      Array.from({ length: 2 }, () => `CONNECT server.invalid:${port}`),
    );
    rmSync(target);
  });

  it('does not follow redirects in a circle', async () => {
    const port = await startServer(false, (_request, response) =>
      response.writeHead(302, { location: '/' }).end(),
    );
    expect(await failure(`http://127.0.0.1:${port}/`, {})).toBe('the server redirects more than 10 times');
  });
});

describe('a proxy that gives no way says so', () => {
  const refusing = (status: number, header = '') =>
    startProxy(false, (socket) => socket.end(`HTTP/1.1 ${status} ${SIGN_IN}\r\n${header}\r\n`));
  const DEMANDS = 'proxy-authenticate: Basic realm="x"\r\n';

  it.each([
    [
      403,
      '',
      SIGN_IN,
      'answered 403 Forbidden for server.invalid; it has to allow that server, or ELECTRON_MIRROR to name one that it allows',
    ],
    [
      407,
      DEMANDS,
      '',
      'answered 407 Proxy Authentication Required for server.invalid; it asks for a user and a password, in HTTPS_PROXY as http://user:password@host:port',
    ],
    [
      407,
      DEMANDS,
      SIGN_IN,
      'answered 407 Proxy Authentication Required for server.invalid; the user or the password in HTTPS_PROXY is not right',
    ],
    [
      407,
      'proxy-authenticate: NTLM\r\n',
      SIGN_IN,
      'answered 407 Proxy Authentication Required for server.invalid; it takes no Basic sign-in, and there is no other here',
    ],
  ])('%i %j', async (status, header, signIn, words) => {
    const proxy = await refusing(status, header);
    const HTTPS_PROXY = `http://${signIn}${signIn && '@'}127.0.0.1:${proxy.port}`;
    const said = await failure('https://server.invalid/e.zip', { HTTPS_PROXY });
    expect(said).toBe(`the proxy http://127.0.0.1:${proxy.port} (HTTPS_PROXY) ${words}`);
  });

  it('also for plain HTTP', async () => {
    const port = await startServer(false, (_request, response) => response.writeHead(407).end());
    const http_proxy = `http://${SIGN_IN}@127.0.0.1:${port}`;
    const said = await failure('http://server.invalid/', { http_proxy });
    expect(said).toMatch(
      /\(http_proxy\) answered 407 .* the user or the password in http_proxy is not right$/,
    );
  });

  it('when nobody answers at its address', async () => {
    const said = await failure('https://server.invalid/', { HTTPS_PROXY: `http://${SIGN_IN}@127.0.0.1:1` });
    expect(said).toBe(
      'the proxy http://127.0.0.1:1 (HTTPS_PROXY) cannot be used: connect ECONNREFUSED 127.0.0.1:1; ' +
        'correct HTTPS_PROXY, or add server.invalid to NO_PROXY to go without',
    );
  });

  it('when nobody answers at any address of it', async () => {
    const said = await failure('https://server.invalid/', { HTTPS_PROXY: 'http://localhost:1' });
    expect(said).toMatch(/^the proxy http:\/\/localhost:1 \(HTTPS_PROXY\) cannot be used: connect E\w+ /);
  });

  it('when it never answers, once the time is up', async () => {
    const stop = new AbortController();
    const proxy = await startProxy(false, () => stop.abort(new Error('no answer')));
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    await expect(
      get('https://server.invalid/', { headers: {}, signal: stop.signal, environment }),
    ).rejects.toThrow(`(HTTPS_PROXY) cannot be used: no answer; `);
  });

  it('when the certificate behind it is not trusted', async () => {
    const port = await startServer(true, (_request, response) => response.end(content));
    const proxy = await startProxy();
    const environment = { npm_config_cafile: '', HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    expect(await failure(`https://server.invalid:${port}/`, environment)).toMatch(
      /self.signed certificate.*, through the proxy http:\/\/127\.0\.0\.1:\d+ \(HTTPS_PROXY\); NODE_EXTRA_CA_CERTS names a file/,
    );
  });

  it('when the certificate behind it is for another name', async () => {
    const port = await startServer(true, (_request, response) => response.end(content));
    const proxy = await startProxy();
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    expect(await failure(`https://other.invalid:${port}/`, environment)).toContain(
      'does not match certificate',
    );
  });
});
