/** Builds: BuildKit where the engine has it as a builder, the classic builder otherwise. */

import { DomainError, hasCode } from '../../services/errors';
import type { BuildProgress, BuildRequest, EnginePort } from '../../services/hosts/engine';
import type { EngineClient } from './client';
import { followProgress } from './images';
import type { EngineCall, Query } from './transport';

const LOG_TAIL_LINES = 20;
const CLASSIC_STEP = /^Step (\d+)\/(\d+) : (.*)$/;

function toQuery(request: BuildRequest): Query {
  return {
    version: '1',
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
    rm: true,
    forcerm: true,
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
  const { data } = error;
  const output = tail.join('').trim();
  if (!output) return error;
  const detail = `${data.detail}\n${output}`;
  return new DomainError('ENGINE_REJECTED', { ...data, detail }, `${error.message}\n${output}`, {
    cause: error,
  });
}

export function createBuildCall(client: EngineClient): Pick<EnginePort, 'buildImage'> {
  return {
    async buildImage(request, onProgress, signal) {
      const name = request.tags[0] ?? 'image';
      const call: EngineCall = {
        operation: `Build ${name}`,
        method: 'POST',
        path: '/build',
        query: toQuery(request),
        headers: { 'content-type': 'application/x-tar' },
        body: request.context,
        subject: { kind: 'image', name },
        signal,
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
    },
  };
}
