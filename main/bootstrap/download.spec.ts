/** The download of Electron against a real server on loopback that answers well, breaks off, or serves something else. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { download } from './download.mjs';
import { officialUrl } from './electron-official.mjs';
import { breakOff } from './proxy.fixture';

const VERSION = '45.4.1';
const folder = mkdtempSync(path.join(tmpdir(), 'bootstrap-download-'));
const content = randomBytes(400_000);
const HALF = 200_000;
const sha256 = createHash('sha256').update(content).digest('hex');
const target = path.join(folder, 'electron.zip');
const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
  rmSync(target, { force: true });
});

async function mirror(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  ended.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return officialUrl(VERSION, { ELECTRON_MIRROR: `http://127.0.0.1:${address.port}/electron` });
}

const breakInTheMiddle: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-length': content.length });
  breakOff(response, content.subarray(0, HALF), target);
};

it('shows how far it is, up to the whole file', async () => {
  const shown: string[] = [];
  const url = await mirror((request, response) => {
    expect(request.url).toBe(`/electron/v45.4.1/electron-v45.4.1-${process.platform}-${process.arch}.zip`);
    response.setHeader('content-length', content.length).end(content);
  });
  await download({ url, sha256, environment: {} }, target, (text) => shown.push(text));
  expect(readFileSync(target).equals(content)).toBe(true);
  expect(shown.at(-1)).toBe('100 % of 0 MB');
});

it('goes on where a transfer broke off', async () => {
  const ranges: (string | undefined)[] = [];
  const url = await mirror((request, response) => {
    ranges.push(request.headers.range);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (from === 0) breakInTheMiddle(request, response);
    else response.writeHead(206, { 'content-length': content.length - from }).end(content.subarray(from));
  });
  await download({ url, sha256, environment: {} }, target, () => {});
  expect(readFileSync(target).equals(content)).toBe(true);
  expect(ranges).toHaveLength(2);
  expect(ranges[1]).toMatch(/^bytes=\d+-$/);
});

it('starts again where the server knows no ranges', async () => {
  let requests = 0;
  const url = await mirror((request, response) => {
    requests += 1;
    if (requests === 1) breakInTheMiddle(request, response);
    else response.end(content);
  });
  await download({ url, sha256, environment: {} }, target, () => {});
  expect(readFileSync(target).equals(content)).toBe(true);
});

it('gives up after three transfers that broke off', async () => {
  let requests = 0;
  const url = await mirror((request, response) => {
    requests += 1;
    breakInTheMiddle(request, response);
  });
  await expect(download({ url, sha256, environment: {} }, target, () => {})).rejects.toThrow();
  expect(requests).toBe(3);
});

it('refuses a file with another checksum and leaves none of it', async () => {
  const url = await mirror((_request, response) => response.end('a different program'));
  await expect(download({ url, sha256, environment: {} }, target, () => {})).rejects.toThrow(
    `expected ${sha256}`,
  );
  expect(existsSync(target)).toBe(false);
});

it('names the answer of a server that does not have it, and asks once', async () => {
  let requests = 0;
  const url = await mirror((_request, response) => {
    requests += 1;
    response.writeHead(404).end();
  });
  await expect(download({ url, sha256, environment: {} }, target, () => {})).rejects.toThrow(
    'the server answered 404',
  );
  expect(requests).toBe(1);
});
