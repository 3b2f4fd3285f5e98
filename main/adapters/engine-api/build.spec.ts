import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuildProgress } from '../../services/hosts/engine';
import { classicStep, createBuildCall } from './build';
import { createClient } from './client';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

describe('build on an engine that gives no session', () => {
  let directory: string;
  let server: Server;
  let answerBuild: Handler;
  let sessionStatus: number;
  let seen: BuildProgress[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bz-build-'));
    seen = [];
    sessionStatus = 404;
    server = createServer((request, response) => {
      if (request.url === '/_ping') response.setHeader('api-version', '1.41').end('OK');
      else if (request.url?.startsWith('/v1.41/session'))
        response.writeHead(sessionStatus).end('{"message":"page not found"}');
      else void answerBuild(request, response);
    });
    await new Promise<void>((resolve) => server.listen(join(directory, 's'), resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await rm(directory, { recursive: true });
  });

  function build(): Promise<void> {
    const socketPath = join(directory, 's');
    const client = createClient({ hostId: 'h', endpoint: `unix://${socketPath}`, socketPath });
    const request = {
      context: Readable.from([Buffer.from('the context')]),
      dockerfile: 'Dockerfile',
      tags: ['a:1', 'a:2'],
      buildArgs: { WORD: 'x' },
      labels: {},
    };
    return createBuildCall(client)
      .buildImage(request, (progress) => seen.push(progress))
      .finally(() => client.close());
  }

  it('uses the classic builder with the whole context, and says so', async () => {
    const asked: { url: URL; body: string }[] = [];
    answerBuild = async (request, response) => {
      asked.push({ url: new URL(request.url ?? '', 'http://engine.invalid'), body: await text(request) });
      response.end('{"stream":"Step 1/2 : FROM a\\n"}\n{"stream":"done\\n"}\n');
    };
    await build();
    expect(asked.map(({ body }) => body)).toEqual(['the context']);
    const query = asked[0]?.url.searchParams;
    expect(query?.get('version')).toBe('1');
    expect(query?.getAll('t')).toEqual(['a:1', 'a:2']);
    expect(query?.get('buildargs')).toBe('{"WORD":"x"}');
    expect(seen.map(({ log }) => log)).toEqual([
      'BuildKit is not available here (Build a:1: page not found); the classic builder is used.\n',
      'Step 1/2 : FROM a\n',
      'done\n',
    ]);
    expect(seen[1]?.step).toEqual({ id: 'step-1', status: 'FROM a', done: 1, total: 2 });
  });

  it('fails with the last lines of what was written', async () => {
    answerBuild = async (request, response) => {
      await text(request);
      response.end('{"stream":"no such thing\\n"}\n{"error":"exit code 3","errorDetail":{"code":3}}\n');
    };
    await expect(build()).rejects.toMatchObject({
      code: 'ENGINE_REJECTED',
      message: 'Build a:1: exit code 3\nno such thing',
      data: { status: 3 },
    });
  });

  it('counts the steps of the classic builder', () => {
    expect(classicStep('Step 3/7 : RUN make\n')).toEqual({
      id: 'step-3',
      status: 'RUN make',
      done: 3,
      total: 7,
    });
    expect(classicStep(' ---> 0123456789ab\n')).toBeNull();
  });
});
