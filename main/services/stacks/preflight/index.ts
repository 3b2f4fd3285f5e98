/**
 * Pre-flight room: looks before anything changes. Each topic has a file with pure `judge…`
 * functions and one `check…` that observes; all run at once, each with its own time limit.
 */
import { setMaxListeners } from 'node:events';
import type { Check, ImageWay, PreflightReport } from '../../../../preload/contract';
import { isTimeout, mergeSignals, raceSignal, withTimeout } from '../../../streams/abortable';
import { cancelled } from '../../errors';
import type { HostSession } from '../../hosts/host-session';
import type { LoadedCompose } from '../compose-file/model';
import { type Subject, warn, worst } from './check';
import { createContext, type PreflightContext, type PreflightDeps } from './context';
import { judgeEngine, judgeSilentEngine } from './engine';
import { checkHealthGates } from './health-gates';
import { checkImages, observeWays } from './images';
import { checkNames, checkNetworks } from './names';
import { checkPorts } from './ports';
import { checkBudget, checkDisk, checkMemoryNow } from './resources';
import { checkVariables } from './variables';
import { checkVolumes } from './volumes';

const ENGINE_TIMEOUT_MS = 3000;

interface Topic extends Subject {
  timeoutMs: number;
  run: (context: PreflightContext) => Promise<Check[]>;
}

const TOPICS: Topic[] = [
  { id: 'disk', group: 'resources', title: 'Free disk', timeoutMs: 6000, run: checkDisk },
  { id: 'memory', group: 'resources', title: 'Memory and CPU budget', timeoutMs: 6000, run: checkBudget },
  {
    id: 'memory-now',
    group: 'resources',
    title: 'Memory available now',
    timeoutMs: 3000,
    run: checkMemoryNow,
  },
  { id: 'ports', group: 'ports', title: 'Published ports', timeoutMs: 5000, run: checkPorts },
  { id: 'names', group: 'names', title: 'Container names', timeoutMs: 5000, run: checkNames },
  { id: 'networks', group: 'names', title: 'Networks', timeoutMs: 5000, run: checkNetworks },
  { id: 'images', group: 'images', title: 'Images', timeoutMs: 6500, run: checkImages },
  {
    id: 'variables',
    group: 'variables',
    title: 'Variables and secrets',
    timeoutMs: 3000,
    run: checkVariables,
  },
  { id: 'volumes', group: 'volumes', title: 'Volumes', timeoutMs: 5000, run: checkVolumes },
  { id: 'health-checks', group: 'health', title: 'Health checks', timeoutMs: 5000, run: checkHealthGates },
];

/**
 * Answers within 10 s and changes nothing. A topic that fails to answer becomes a warning; an
 * engine that does not answer becomes the one failed check. Rejects with CANCELLED only.
 */
export async function preflight(
  session: HostSession,
  loaded: LoadedCompose,
  deps: PreflightDeps,
  signal?: AbortSignal,
): Promise<PreflightReport> {
  const startedAt = deps.now();
  const checks = await observeAll(session, loaded, deps, signal);
  if (signal?.aborted) throw cancelled('Pre-flight');
  const tookMs = deps.now() - startedAt;
  return { project: loaded.project.name, startedAt, tookMs, result: worst(checks), checks };
}

/** How each image of the project gets to the host. Rejects with the engine's own errors. */
export async function imageWays(
  session: HostSession,
  loaded: LoadedCompose,
  deps: PreflightDeps,
  signal?: AbortSignal,
): Promise<ImageWay[]> {
  using whole = mergeSignals(signal);
  manyListen(whole.signal);
  return await observeWays(createContext(session, loaded, { deps, signal: whole.signal }));
}

async function observeAll(
  session: HostSession,
  loaded: LoadedCompose,
  deps: PreflightDeps,
  signal: AbortSignal | undefined,
): Promise<Check[]> {
  using whole = mergeSignals(signal);
  manyListen(whole.signal);
  const context = createContext(session, loaded, { deps, signal: whole.signal });
  // An engine may take as long to say what it is as for all the rest, which does not wait for it.
  const topics = Promise.all(TOPICS.map((topic) => runTopic(topic, context)));
  const engine = await checkEngine(context);
  if (engine.result === 'fail') whole.abort();
  const results = await topics;
  whole.abort();
  return engine.result === 'fail' ? [engine] : [engine, ...results.flat()];
}

async function checkEngine({ session, info, signal }: PreflightContext): Promise<Check> {
  using limit = withTimeout(ENGINE_TIMEOUT_MS, signal);
  try {
    return judgeEngine(await raceSignal(info(), limit.signal));
  } catch (error) {
    return judgeSilentEngine(session.endpoint, why(error, limit.signal, ENGINE_TIMEOUT_MS));
  }
}

async function runTopic(topic: Topic, context: PreflightContext): Promise<Check[]> {
  using limit = withTimeout(topic.timeoutMs, context.signal);
  manyListen(limit.signal);
  try {
    return await raceSignal(topic.run({ ...context, signal: limit.signal }), limit.signal);
  } catch (error) {
    const { id, group, title } = topic;
    const evidence = `Could not be told: ${why(error, limit.signal, topic.timeoutMs)}`;
    return [warn({ id, group, title }, evidence, 'Check again; the apply goes on without this answer.')];
  }
}

/** One listener for each question asked at a time, all gone when it is answered: no leak to warn of. */
function manyListen(signal: AbortSignal): void {
  setMaxListeners(0, signal);
}

function why(error: unknown, signal: AbortSignal, limitMs: number): string {
  if (signal.aborted && isTimeout(signal.reason)) return `no answer in ${limitMs / 1000} s.`;
  return error instanceof Error ? error.message : String(error);
}
