/**
 * A container registry of a test's own on loopback, which every engine asks over plain HTTP: as much of the
 * distribution API as a look and a pull need. What it offers, whom it lets in and how it hands out layers is the test's.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const CONFIG = 'application/vnd.docker.container.image.v1+json';
const LAYER = 'application/vnd.docker.image.rootfs.diff.tar';

/** Hands out one layer, or what is left of it; the head of the response is written. */
export type Deliver = (response: ServerResponse, layer: Buffer) => void | Promise<void>;

export interface TestRegistry extends AsyncDisposable {
  /** `localhost:<port>`. */
  host: string;
  /** Answers the reference of an image of these layers, each an uncompressed tar. */
  offer(name: string, layers: Buffer[]): string;
  /** How layers are handed out from now on; at first at once. */
  deliver: Deliver;
  /** Who may come in from now on, as `user:password`; null lets everybody in. */
  login: string | null;
}

interface Blob {
  content: Buffer;
  type: string;
}

const HELLO: Blob = { content: json({}), type: 'application/json' };

/** Silent: it listens, and never answers anything. */
export async function startRegistry(options: { silent?: boolean } = {}): Promise<TestRegistry> {
  const blobs = new Map<string, Blob>();
  const manifests = new Map<string, Blob>();
  const server = createServer((request, response) => {
    if (!options.silent) answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const registry: TestRegistry = {
    host: `localhost:${port}`,
    deliver: (response, layer) => void response.end(layer),
    login: null,
    offer(name, layers) {
      for (const layer of layers) blobs.set(digest(layer), { content: layer, type: LAYER });
      const config = json({
        architecture: 'amd64',
        os: 'linux',
        config: { Cmd: ['sh'] },
        rootfs: { type: 'layers', diff_ids: layers.map(digest) },
      });
      blobs.set(digest(config), { content: config, type: CONFIG });
      const manifest = json({
        schemaVersion: 2,
        mediaType: MANIFEST,
        config: descriptor(CONFIG, config),
        layers: layers.map((layer) => descriptor(LAYER, layer)),
      });
      manifests.set(`/v2/${name}/manifests/1`, { content: manifest, type: MANIFEST });
      manifests.set(`/v2/${name}/manifests/${digest(manifest)}`, { content: manifest, type: MANIFEST });
      return `${registry.host}/${name}:1`;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  function answer({ url = '', method, headers }: IncomingMessage, response: ServerResponse): void {
    const blob = url === '/v2/' ? HELLO : (manifests.get(url) ?? blobs.get(url.split('/blobs/')[1] ?? ''));
    const from = Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
    if (registry.login !== null && headers.authorization !== basic(registry.login)) refuse(response);
    else if (blob === undefined) sendUnknown(response);
    else if (method === 'GET' && blob.type === LAYER)
      void registry.deliver(head(response, blob, from), blob.content.subarray(from));
    else head(response, blob).end(method === 'GET' ? blob.content : undefined);
  }
  return registry;
}

function digest(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function descriptor(mediaType: string, content: Buffer) {
  return { mediaType, size: content.length, digest: digest(content) };
}

function basic(login: string): string {
  return `Basic ${Buffer.from(login).toString('base64')}`;
}

/** From an offset where an engine resumes what broke off. */
function head(response: ServerResponse, { content, type }: Blob, from = 0): ServerResponse {
  const range = `bytes ${from}-${content.length - 1}/${content.length}`;
  return response.writeHead(from > 0 ? 206 : 200, {
    'content-type': type,
    'content-length': content.length - from,
    'docker-content-digest': digest(content),
    ...(from > 0 ? { 'content-range': range } : {}),
  });
}

function sendUnknown(response: ServerResponse): void {
  const errors = [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }];
  response.writeHead(404, { 'content-type': 'application/json' });
  response.end(json({ errors }));
}

function refuse(response: ServerResponse): void {
  const errors = [{ code: 'UNAUTHORIZED', message: 'authentication required' }];
  response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Basic realm="test"' });
  response.end(json({ errors }));
}
