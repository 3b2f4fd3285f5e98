/** Builds: BuildKit where the engine gives a session for it, the classic builder otherwise. */

import type { Readable } from 'node:stream';
import { hasCode } from '../../services/errors';
import type { BuildProgress, BuildRequest, EnginePort } from '../../services/hosts/engine';
import { buildRejected } from './build-failure';
import type { EngineClient } from './client';
import { followProgress } from './images';
import type { EngineCall, Query } from './transport';

const LOG_TAIL_LINES = 20;
type OnProgress = (progress: BuildProgress) => void;

interface Build extends Pick<EngineCall, 'operation' | 'subject' | 'signal'> {
  query: Query;
  context: Readable;
}

const CLASSIC_STEP = /^Step (\d+)\/(\d+) : (.*)$/;

function toQuery(request: BuildRequest): Query {
  return {
    dockerfile: request.dockerfile,
    t: request.tags,
    buildargs: JSON.stringify(request.buildArgs),
    labels: JSON.stringify(request.labels),
    target: request.target,
    nocache: request.noCache,
    pull: request.pull ? '1' : undefined,
    networkmode: request.networkMode,
    extrahosts: request.extraHosts,
    shmsize: request.shmSizeBytes,
    platform: request.platform,
  };
}

/** The classic builder counts its steps in the text: `Step 3/7 : RUN make`. */
export function classicStep(log: string): BuildProgress['step'] {
  const match = CLASSIC_STEP.exec(log.trim());
  if (!match) return null;
  const [, number, total, instruction = ''] = match;
  return { id: `step-${number}`, status: instruction, done: Number(number), total: Number(total) };
}

/** The engine's own sentence says which command failed, the output before it says why. */
function withTail(error: unknown, tail: string[]): unknown {
  if (!hasCode(error, 'ENGINE_REJECTED')) return error;
  const { status, operation, detail } = error.data;
  return buildRejected(
    operation,
    { status, sentence: detail, output: tail.join('').trim() },
    { cause: error },
  );
}

async function buildClassic(client: EngineClient, build: Build, onProgress: OnProgress): Promise<void> {
  const { context, query, ...about } = build;
  const call: EngineCall = {
    ...about,
    method: 'POST',
    path: '/build',
    query: { ...query, version: '1', rm: true, forcerm: true },
    headers: { 'content-type': 'application/x-tar' },
    body: context,
  };
  const tail: string[] = [];
  const onLine = (log: string) => {
    tail.push(log);
    if (tail.length > LOG_TAIL_LINES) tail.shift();
    onProgress({ step: classicStep(log), log });
  };
  await followProgress(client, call, (line) => {
    const log = line.stream ?? (line.status ? `${line.status}\n` : '');
    if (log) onLine(log);
  }).catch((error: unknown) => {
    throw withTail(error, tail);
  });
}

export function createBuildCall(client: EngineClient): Pick<EnginePort, 'buildImage'> {
  return {
    async buildImage(request, onProgress, signal) {
      const name = request.tags[0] ?? 'image';
      const build: Build = {
        operation: `Build ${name}`,
        subject: { kind: 'image', name },
        query: toQuery(request),
        context: request.context,
        signal,
      };
      const { buildWithBuildKit } = await import('../dockerode');
      const outcome = await buildWithBuildKit(client, build, onProgress);
      if (outcome.built) return;
      const log = `BuildKit is not available here (${outcome.refusal}); the classic builder is used.\n`;
      onProgress({ step: null, log });
      await buildClassic(client, build, onProgress);
    },
  };
}
