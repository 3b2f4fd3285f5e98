/** From BuildKit's graph of vertices to the steps and the output of the port. */
import type { BuildProgress } from '../../services/hosts/engine';
import type { Trace, Vertex } from './trace';

const LOG_TAIL_LINES = 20;
const PERCENT = 100;

export interface FailedStep {
  name: string;
  /** Its last output lines. */
  output: string[];
}

export interface BuildFollower {
  apply(trace: Trace): void;
  /** The step that ended with an error of its own; null when none did. */
  failed(): FailedStep | null;
}

/** Steps count themselves: `done` and `total` are of the whole build as far as it is known. */
export function createBuildFollower(onProgress: (progress: BuildProgress) => void): BuildFollower {
  const steps = new Map<string, Vertex>();
  const tails = new Map<string, string[]>();

  function report(vertex: Vertex, status: string): void {
    const done = [...steps.values()].filter(({ completed }) => completed).length;
    onProgress({ step: { id: vertex.digest, status, done, total: steps.size }, log: '' });
  }

  function keep(digest: string, log: string): void {
    const before = tails.get(digest) ?? [];
    const lines = log.split('\n').filter((line) => line.trim() !== '');
    tails.set(digest, [...before, ...lines].slice(-LOG_TAIL_LINES));
  }

  return {
    apply({ vertexes, statuses, logs }) {
      for (const vertex of vertexes) steps.set(vertex.digest, vertex);
      for (const vertex of vertexes) if (vertex.started) report(vertex, statusOf(vertex));
      for (const { vertex: digest, ID, current, total } of statuses) {
        const vertex = steps.get(digest);
        if (vertex && total > 0) report(vertex, `${vertex.name}: ${ID} ${percent(current, total)} %`);
      }
      for (const { vertex, msg } of logs) {
        const log = Buffer.from(msg).toString('utf8');
        keep(vertex, log);
        onProgress({ step: null, log });
      }
    },
    failed() {
      const vertex = [...steps.values()].find(({ error }) => error !== '' && !isConsequence(error));
      return vertex ? { name: vertex.name, output: tails.get(vertex.digest) ?? [] } : null;
    },
  };
}

/** Steps that ran beside the failed one end with this. */
function isConsequence(error: string): boolean {
  return error.includes('context canceled');
}

function percent(current: number, total: number): number {
  return Math.min(PERCENT, Math.floor((current / total) * PERCENT));
}

function statusOf(vertex: Vertex): string {
  return vertex.cached ? `${vertex.name} (cached)` : vertex.name;
}
