/**
 * Counters of all containers of the other machine in one go, read from its kernel by one small awk: a fraction of
 * what the engine's own statistics cost there. Knows the layouts of cgroup v1 and v2 with both of Docker's drivers.
 */
import type { StatsSample } from '../../services/hosts/engine';
import type { StatsReader } from '../engine-api';
import type { Asker } from './asker';

const SHORT_ID = 12;
const NANOSECONDS_PER_MICROSECOND = 1000;
/** v1 writes "no limit" as the largest page-aligned number. */
const NO_LIMIT_BYTES = 2 ** 60;

/** Numbers are passed on as text: not every awk counts that far. */
const AWK = `
function line(f,  v) { v = ""; getline v < f; close(f); return v }
function named(f, n,  l, p, v) { v = ""; while ((getline l < f) > 0) { split(l, p, " "); if (p[1] == n) { v = p[2]; break } } close(f); return v }
BEGIN {
  while ((getline l < "/proc/stat") > 0) if (l ~ /^cpu[0-9]/) cpus++;
  split(line("/proc/uptime"), u, " "); print "at", u[1], cpus;
  for (i = 1; i < ARGC; i++) {
    m = ARGV[i]; sub(/\\/$/, "", m); id = m; sub(/.*\\//, "", id); sub(/^docker-/, "", id); id = substr(id, 1, ${SHORT_ID});
    if (m ~ /^\\/sys\\/fs\\/cgroup\\/memory\\//) {
      c = m; sub(/\\/memory\\//, "/cpuacct/", c);
      v = "ns " line(c "/cpuacct.usage"); x = line(m "/memory.usage_in_bytes"); f = named(m "/memory.stat", "total_inactive_file"); k = line(m "/memory.limit_in_bytes");
    } else {
      v = "us " named(m "/cpu.stat", "usage_usec"); x = line(m "/memory.current"); f = named(m "/memory.stat", "inactive_file"); k = line(m "/memory.max");
    }
    r = 0; t = 0; p = line(m "/cgroup.procs"); n = "/proc/" p "/net/dev";
    if (p != "" && p != "0") { while ((getline l < n) > 0) if (l ~ /:/ && l !~ /^ *lo:/) { sub(/.*:/, "", l); split(l, q, " "); r += q[1]; t += q[9] } close(n) }
    printf "%s %s %s %s %s %.0f %.0f\\n", id, v, x, f == "" ? 0 : f, k == "" ? "max" : k, r, t;
  }
}`;

const FOLDERS = [
  '/sys/fs/cgroup/memory/docker/*/',
  '/sys/fs/cgroup/memory/system.slice/docker-*.scope',
  '/sys/fs/cgroup/system.slice/docker-*.scope',
  '/sys/fs/cgroup/docker/*/',
];

/** The first layout that holds any container is the machine's. */
const SCRIPT = [
  `for p in ${FOLDERS.map((folder) => `'${folder}'`).join(' ')}; do set -- $p; [ -d "$1" ] && break; shift $#; done`,
  '[ $# -gt 0 ] || exit 3',
  `exec awk '${AWK}' "$@"`,
].join('\n');

export interface CgroupAnswer {
  /** Since the other machine started, in milliseconds: its own clock may be wrong, and the way back takes time. */
  uptimeMs: number;
  /** By the first twelve digits of the container's id. */
  samples: Map<string, Omit<StatsSample, 'at'>>;
}

function toSample(words: string[], onlineCpus: number): Omit<StatsSample, 'at'> | null {
  const [unit, cpu = '', usage = '', inactive = '', limit = '', received = '', transmitted = ''] = words;
  if (!/^\d+$/.test(cpu) || !/^\d+$/.test(usage)) return null;
  const limitBytes = Number(limit);
  return {
    cpuTotalNs: Number(cpu) * (unit === 'us' ? NANOSECONDS_PER_MICROSECOND : 1),
    systemCpuNs: null,
    onlineCpus,
    memoryBytes: Math.max(0, Number(usage) - Number(inactive)),
    memoryLimitBytes: Number.isFinite(limitBytes) && limitBytes < NO_LIMIT_BYTES ? limitBytes : null,
    receivedBytes: Number(received),
    transmittedBytes: Number(transmitted),
  };
}

/** A container that ended while it was read leaves gaps and is left out. */
export function parseCgroupAnswer(stdout: string): CgroupAnswer | null {
  const [head = '', ...lines] = stdout.split('\n');
  const [, seconds, cpus] = /^at ([\d.]+) (\d+)$/.exec(head) ?? [];
  if (seconds === undefined) return null;
  const samples = lines.flatMap((line): [string, Omit<StatsSample, 'at'>][] => {
    const [id = '', ...words] = line.split(' ');
    const sample = toSample(words, Number(cpus));
    return sample ? [[id, sample]] : [];
  });
  return { uptimeMs: Number(seconds) * 1000, samples: new Map(samples) };
}

export interface CgroupReaderOptions {
  /** The shell of the live connection. */
  asker: (signal?: AbortSignal) => Promise<Asker>;
  now: () => number;
}

export function createRemoteCgroupReader({ asker, now }: CgroupReaderOptions): StatsReader {
  const offsets = new WeakMap<Asker, number>();

  /** Of one connection all samples have one offset: what varies is the way, not the time between two samples. */
  function timeOf(from: Asker, uptimeMs: number): number {
    const offset = offsets.get(from) ?? now() - uptimeMs;
    offsets.set(from, offset);
    return Math.round(offset + uptimeMs);
  }

  return async (ids, signal) => {
    const from = await asker(signal);
    const { exitCode, stdout } = await from.ask(SCRIPT, signal);
    const answer = exitCode === 0 ? parseCgroupAnswer(stdout) : null;
    if (!answer) return null;
    const at = timeOf(from, answer.uptimeMs);
    const found = ids.flatMap((id): [string, StatsSample][] => {
      const sample = answer.samples.get(id.slice(0, SHORT_ID));
      return sample ? [[id, { at, ...sample }]] : [];
    });
    return new Map(found);
  };
}
