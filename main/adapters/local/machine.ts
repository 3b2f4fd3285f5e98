/** Free disk and memory of this machine. */
import { readFile, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

const KIBIBYTE = 1024;

/** Null when neither the path nor any parent but the root exists: then it is a path of some other machine. */
export async function freeDisk(path: string): Promise<{ freeBytes: number; totalBytes: number } | null> {
  for (let at = path; ; at = dirname(at)) {
    if (at !== path && at === dirname(at)) return null;
    const stats = await statfs(at).catch(() => null);
    if (stats) return { freeBytes: stats.bavail * stats.bsize, totalBytes: stats.blocks * stats.bsize };
  }
}

/** The kernel's own estimate, which counts cache that can be dropped. */
export async function availableMemory(): Promise<number | null> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const match = /^MemAvailable:\s+(\d+) kB$/m.exec(text);
  return match ? Number(match[1]) * KIBIBYTE : null;
}
