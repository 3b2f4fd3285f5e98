/**
 * BuildKit builds through dockerode: a session for anonymous registry tokens, steps with their progress, cache
 * mounts, stages side by side. Loaded by the first build only; everything else of the engine is in engine-api,
 * because requiring dockerode takes longer than most commands of the console.
 */
import type { Readable } from 'node:stream';
import Docker from 'dockerode';
import { cancelled, hasCode } from '../../services/errors';
import type { BuildProgress } from '../../services/hosts/engine';
import { buildRejected } from '../engine-api/build-failure';
import { type EngineClient, parseAs, splitLines } from '../engine-api/client';
import { translate } from '../engine-api/failures';
import { progressSchema } from '../engine-api/schemas';
import { type BuildCall, createBuildModem } from './modem';
import { type BuildFollower, createBuildFollower } from './progress';
import { readTrace } from './trace';

const NEEDS_SESSION = /--mount=type=(?:secret|ssh)|\bsecret\b.*not found|no SSH key|ssh\b.*\bforward/i;
const NO_SECRETS =
  'Secret and SSH mounts (RUN --mount=type=secret, type=ssh) are not supported in builds here.';

export type BuildKitOutcome = { built: true } | { built: false; refusal: string };

/**
 * Not built, with the engine's words, when the engine has no session to give; the context is then unread. Rejects with
 * ENGINE_REJECTED that names the failed step and its last output lines, CANCELLED, or ENGINE_UNAVAILABLE.
 */
export async function buildWithBuildKit(
  client: EngineClient,
  build: BuildCall & { context: Readable },
  onProgress: (progress: BuildProgress) => void,
): Promise<BuildKitOutcome> {
  const { context, ...call } = build;
  const modem = createBuildModem(client, call);
  try {
    const docker = new Docker({ modem });
    const body = await docker.buildImage(context, { version: '2' });
    await follow(call, body, createBuildFollower(onProgress), onProgress);
    return { built: true };
  } catch (error) {
    const refusal = modem.sessionRefusal();
    if (isRefusal(refusal)) return { built: false, refusal: refusal.message };
    throw translate(client.options, call.operation, error, call.signal);
  } finally {
    modem.close();
  }
}

function isRefusal(error: unknown): error is Error {
  return hasCode(error, 'ENGINE_REJECTED') || hasCode(error, 'NOT_FOUND');
}

async function follow(
  call: BuildCall,
  body: Readable,
  follower: BuildFollower,
  onProgress: (progress: BuildProgress) => void,
): Promise<void> {
  for await (const text of splitLines(body)) {
    if (text.trim() === '') continue;
    const value: unknown = JSON.parse(text);
    const trace = readTrace(value);
    if (trace) follower.apply(trace);
    else readPlain(call, value, follower, onProgress);
  }
  if (call.signal?.aborted) throw cancelled(call.operation);
}

/** The failure of the build, and what an engine tells that answers in the classic builder's manner. */
function readPlain(
  call: BuildCall,
  value: unknown,
  follower: BuildFollower,
  onProgress: (progress: BuildProgress) => void,
): void {
  const line = parseAs(progressSchema, call.operation, value);
  const detail = line.errorDetail?.message ?? line.error;
  if (detail === undefined) {
    if (line.stream) onProgress({ step: null, log: line.stream });
    return;
  }
  const step = follower.failed();
  const advice = NEEDS_SESSION.test(`${step?.name ?? ''} ${detail}`) ? [NO_SECRETS] : [];
  throw buildRejected(call.operation, {
    status: line.errorDetail?.code ?? 500,
    sentence: [step ? `${step.name}: ${detail}` : detail, ...advice].join('\n'),
    output: step?.output.join('\n') ?? '',
  });
}
