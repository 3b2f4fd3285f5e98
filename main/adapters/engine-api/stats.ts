/**
 * Resource use. The engine's one-shot statistics cost about a second each on 20.10, so a reader of
 * the host's own counters comes first where there is one.
 */

import type { z } from 'zod';
import { hasCode } from '../../services/errors';
import type { EnginePort, StatsSample } from '../../services/hosts/engine';
import type { EngineClient } from './client';
import { milliseconds } from './containers';
import { infoSchema, statsSchema } from './schemas';

/** Null when the counters can't be read at all; containers it does not know are left out. */
export type StatsReader = (ids: string[], signal?: AbortSignal) => Promise<Map<string, StatsSample> | null>;

const ONE_SHOTS_IN_FLIGHT = 8;
const ONE_SHOT_LIMIT_MS = 20_000;

type Answer = z.infer<typeof statsSchema>;

/** Page cache that can be dropped is not counted, as `docker stats` does. */
function memoryOf(memory: Answer['memory_stats']): number {
  const inactive = memory.stats?.total_inactive_file ?? memory.stats?.inactive_file ?? 0;
  return Math.max(0, (memory.usage ?? 0) - inactive);
}

/** Null for a container that does not run: the engine answers zeros for it. */
export function toSample(answer: Answer, hostMemoryBytes: number): StatsSample | null {
  const at = milliseconds(answer.read);
  if (at <= 0) return null;
  const networks = Object.values(answer.networks ?? {});
  const limit = answer.memory_stats.limit ?? 0;
  return {
    at,
    cpuTotalNs: answer.cpu_stats.cpu_usage.total_usage,
    systemCpuNs: answer.cpu_stats.system_cpu_usage ?? null,
    onlineCpus: answer.cpu_stats.online_cpus ?? 1,
    memoryBytes: memoryOf(answer.memory_stats),
    // Without a limit the engine answers the host's memory.
    memoryLimitBytes: limit > 0 && limit < hostMemoryBytes ? limit : null,
    receivedBytes: networks.reduce((sum, network) => sum + network.rx_bytes, 0),
    transmittedBytes: networks.reduce((sum, network) => sum + network.tx_bytes, 0),
  };
}

export function createStatsCalls(
  client: EngineClient,
  listRunning: (signal?: AbortSignal) => Promise<Set<string>>,
  reader: StatsReader | undefined,
): Pick<EnginePort, 'sampleAllStats'> {
  let hostMemory: Promise<number> | null = null;

  function hostMemoryBytes(): Promise<number> {
    hostMemory ??= client
      .json(infoSchema, { operation: 'Read the engine info', method: 'GET', path: '/info' })
      .then((info) => info.MemTotal)
      .catch((error: unknown) => {
        hostMemory = null;
        throw error;
      });
    return hostMemory;
  }

  async function oneShot(id: string, signal?: AbortSignal): Promise<StatsSample | null> {
    const [answer, memory] = await Promise.all([
      client.json(statsSchema, {
        operation: `Read the statistics of container ${client.names.of(id)}`,
        method: 'GET',
        path: `/containers/${encodeURIComponent(id)}/stats`,
        query: { stream: false, 'one-shot': true },
        subject: { kind: 'container', name: client.names.of(id) },
        timeoutMs: ONE_SHOT_LIMIT_MS,
        signal,
      }),
      hostMemoryBytes(),
    ]);
    return toSample(answer, memory);
  }

  async function oneShots(
    ids: string[],
    into: Map<string, StatsSample>,
    signal?: AbortSignal,
  ): Promise<void> {
    const queue = [...ids];
    const work = async () => {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
        const sample = await oneShot(id, signal).catch(ignoreMissing);
        if (sample) into.set(id, sample);
      }
    };
    await Promise.all(Array.from({ length: Math.min(ONE_SHOTS_IN_FLIGHT, ids.length) }, work));
  }

  return {
    async sampleAllStats(ids, signal) {
      const read = (await reader?.(ids, signal)) ?? null;
      const samples = read ?? new Map<string, StatsSample>();
      const missing = ids.filter((id) => !samples.has(id));
      if (missing.length === 0) return samples;
      // A cgroup in another place is rare, a stopped container is not: one list tells them apart.
      const running = await listRunning(signal);
      await oneShots(
        missing.filter((id) => running.has(id)),
        samples,
        signal,
      );
      return samples;
    },
  };
}

function ignoreMissing(error: unknown): null {
  if (hasCode(error, 'NOT_FOUND') || hasCode(error, 'CONFLICT')) return null;
  throw error;
}
