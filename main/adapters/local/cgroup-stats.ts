/**
 * Reads the counters of this machine's containers straight from the kernel: a few small files instead of
 * a second of the engine's time each. Knows the layouts of cgroup v1 and v2 with both of Docker's drivers.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
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

const NO_TRAFFIC: Traffic = { receivedBytes: 0, transmittedBytes: 0 };
const CPUS = availableParallelism();

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

const PAGE_BYTES = 64 * 1024;
const page = Buffer.allocUnsafe(PAGE_BYTES);

/**
 * The kernel answers these from memory in microseconds; a turn through the thread pool for each open,
 * read and close costs many times that. Opened anew each time: a container that starts again has new files.
 */
function read(path: string): string {
  const file = openSync(path, 'r');
  try {
    return page.toString('latin1', 0, readSync(file, page, 0, PAGE_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

function readV1(folder: (controller: string) => string) {
  const memory = folder('memory');
  return {
    cpuTotalNs: Number(read(`${folder('cpuacct')}/cpuacct.usage`)),
    usage: Number(read(`${memory}/memory.usage_in_bytes`)),
    inactive: parseCounters(read(`${memory}/memory.stat`)).get('total_inactive_file') ?? 0,
    limit: Number(read(`${memory}/memory.limit_in_bytes`)),
  };
}

function readV2(folder: string) {
  const used = parseCounters(read(`${folder}/cpu.stat`)).get('usage_usec') ?? 0;
  return {
    cpuTotalNs: used * NANOSECONDS_PER_MICROSECOND,
    usage: Number(read(`${folder}/memory.current`)),
    inactive: parseCounters(read(`${folder}/memory.stat`)).get('inactive_file') ?? 0,
    limit: Number(read(`${folder}/memory.max`)),
  };
}

/** Counters of the container's network, read through any process that lives in it. */
function readTraffic(folder: string): Traffic {
  const [pid] = read(`${folder}/cgroup.procs`).split('\n', 1);
  return pid ? parseTraffic(read(`/proc/${pid}/net/dev`)) : NO_TRAFFIC;
}

function readSample(layout: Layout, id: string): StatsSample | null {
  const folder = (controller: string) => layout.folder(controller, id);
  try {
    const counters = layout.version === 1 ? readV1(folder) : readV2(folder(''));
    const limited = Number.isFinite(counters.limit) && counters.limit < NO_LIMIT_BYTES;
    return {
      at: Date.now(),
      cpuTotalNs: counters.cpuTotalNs,
      systemCpuNs: null,
      onlineCpus: CPUS,
      memoryBytes: Math.max(0, counters.usage - counters.inactive),
      memoryLimitBytes: limited ? counters.limit : null,
      ...readTraffic(folder('memory')),
    };
  } catch {
    // Not here, or no longer: its process may end between two reads.
    return null;
  }
}

/** Reads this many containers in one go; then whatever else waits has its turn. */
const READ_AT_ONCE = 32;

/** The layout is the machine's; it is found with the first container that has one and kept. */
export function createCgroupReader(): StatsReader {
  let known: Layout | null = null;

  function firstReadable(id: string): StatsSample | null {
    for (const layout of known ? [known] : LAYOUTS) {
      const sample = readSample(layout, id);
      if (!sample) continue;
      known = layout;
      return sample;
    }
    return null;
  }

  return async (ids, signal) => {
    signal?.throwIfAborted();
    const samples = new Map<string, StatsSample>();
    for (const [index, id] of ids.entries()) {
      if (index > 0 && index % READ_AT_ONCE === 0) await setImmediate(undefined, { signal });
      const sample = firstReadable(id);
      if (sample) samples.set(id, sample);
    }
    return samples;
  };
}
