/**
 * Reads the counters of this machine's containers straight from the kernel: a few small files instead of
 * a second of the engine's time each. Knows the layouts of cgroup v1 and v2 with both of Docker's drivers.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { StatsSample } from '../../services/hosts/engine';
import type { StatsReader } from '../engine-api';

const ROOT = '/sys/fs/cgroup';
const NANOSECONDS_PER_MICROSECOND = 1000;
/** v1 writes "no limit" as the largest page-aligned number. */
const NO_LIMIT_BYTES = 2 ** 60;

type Layout = { version: 1 | 2; folder: (controller: string, id: string) => string };

const LAYOUTS: Layout[] = [
  { version: 1, folder: (controller, id) => `${ROOT}/${controller}/docker/${id}` },
  { version: 1, folder: (controller, id) => `${ROOT}/${controller}/system.slice/docker-${id}.scope` },
  { version: 2, folder: (_controller, id) => `${ROOT}/system.slice/docker-${id}.scope` },
  { version: 2, folder: (_controller, id) => `${ROOT}/docker/${id}` },
];

/** `name value` lines, as in memory.stat and cpu.stat. */
export function parseCounters(text: string): Map<string, number> {
  return new Map(
    text
      .split('\n')
      .map((line) => line.split(' '))
      .flatMap(([name, value]) => (name && value ? [[name, Number(value)] as const] : [])),
  );
}

export interface Traffic {
  receivedBytes: number;
  transmittedBytes: number;
}

/** Sum over every interface but loopback of /proc/PID/net/dev. */
export function parseTraffic(text: string): Traffic {
  const total: Traffic = { receivedBytes: 0, transmittedBytes: 0 };
  for (const line of text.split('\n')) {
    const [name, counters] = line.split(':', 2);
    if (!name || !counters || name.trim() === 'lo') continue;
    const values = counters.trim().split(/\s+/).map(Number);
    total.receivedBytes += values[0] ?? 0;
    total.transmittedBytes += values[8] ?? 0;
  }
  return total;
}

async function readV1(folder: (controller: string) => string) {
  const [cpu, usage, stat, limit] = await Promise.all([
    readFile(`${folder('cpuacct')}/cpuacct.usage`, 'utf8'),
    readFile(`${folder('memory')}/memory.usage_in_bytes`, 'utf8'),
    readFile(`${folder('memory')}/memory.stat`, 'utf8'),
    readFile(`${folder('memory')}/memory.limit_in_bytes`, 'utf8'),
  ]);
  const inactive = parseCounters(stat).get('total_inactive_file') ?? 0;
  return { cpuTotalNs: Number(cpu), usage: Number(usage), inactive, limit: Number(limit) };
}

async function readV2(folder: string) {
  const [cpu, usage, stat, limit] = await Promise.all([
    readFile(`${folder}/cpu.stat`, 'utf8'),
    readFile(`${folder}/memory.current`, 'utf8'),
    readFile(`${folder}/memory.stat`, 'utf8'),
    readFile(`${folder}/memory.max`, 'utf8'),
  ]);
  const cpuTotalNs = (parseCounters(cpu).get('usage_usec') ?? 0) * NANOSECONDS_PER_MICROSECOND;
  const inactive = parseCounters(stat).get('inactive_file') ?? 0;
  return { cpuTotalNs, usage: Number(usage), inactive, limit: Number(limit) };
}

/** Counters of the container's network, read through any process that lives in it. */
async function readTraffic(folder: string): Promise<Traffic> {
  const pids = await readFile(`${folder}/cgroup.procs`, 'utf8');
  const [pid] = pids.split('\n', 1);
  if (!pid) return { receivedBytes: 0, transmittedBytes: 0 };
  return parseTraffic(await readFile(`/proc/${pid}/net/dev`, 'utf8').catch(() => ''));
}

async function readSample(layout: Layout, id: string): Promise<StatsSample> {
  const folder = (controller: string) => layout.folder(controller, id);
  const [counters, traffic] = await Promise.all([
    layout.version === 1 ? readV1(folder) : readV2(folder('')),
    readTraffic(folder('memory')),
  ]);
  const limited = Number.isFinite(counters.limit) && counters.limit < NO_LIMIT_BYTES;
  return {
    at: Date.now(),
    cpuTotalNs: counters.cpuTotalNs,
    systemCpuNs: null,
    onlineCpus: availableParallelism(),
    memoryBytes: Math.max(0, counters.usage - counters.inactive),
    memoryLimitBytes: limited ? counters.limit : null,
    ...traffic,
  };
}

/** The layout is the machine's; it is found with the first container that has one and kept. */
export function createCgroupReader(): StatsReader {
  let known: Layout | null = null;

  async function firstReadable(id: string): Promise<StatsSample | null> {
    for (const layout of known ? [known] : LAYOUTS) {
      const sample = await readSample(layout, id).catch(() => null);
      if (!sample) continue;
      known = layout;
      return sample;
    }
    return null;
  }

  return async (ids, signal) => {
    signal?.throwIfAborted();
    const samples = await Promise.all(ids.map(async (id) => [id, await firstReadable(id)] as const));
    return new Map(samples.flatMap(([id, sample]) => (sample ? [[id, sample] as const] : [])));
  };
}
