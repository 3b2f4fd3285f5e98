import { hostname, uptime } from 'node:os';

/**
 * Whether a process that named itself in a lock or a journal runs: true or false on this very machine, null
 * when it cannot be told from here. What began before the machine did, in milliseconds since the Unix epoch,
 * is gone, whoever has its number now.
 */
export function isProcessAlive(
  owner: { machine?: string | undefined; pid: number },
  since = Number.POSITIVE_INFINITY,
): boolean | null {
  if (owner.machine !== hostname()) return null;
  return since >= Date.now() - uptime() * 1000 && hasProcess(owner.pid);
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
