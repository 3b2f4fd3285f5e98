import { describe, expect, it, vi } from 'vitest';
import { createNotifier } from '../../../streams/notifier';
import type { StackEntry } from './entry';
import { createReadings } from './readings';
import { watchStacks } from './watch';

const entry = (id: string): StackEntry => ({
  ...{ id, files: [`/${id}/compose.yaml`], builtIn: false, options: {}, usualProject: id },
});

/** What `entries` answers next is the test's to say. */
function stage() {
  const refused = async (): Promise<never> => Promise.reject(new Error('not on this stage'));
  const entries = vi.fn(async () => [entry('one')]);
  const warn = vi.fn();
  const registry = {
    ...{ entries, entry: refused, load: refused, add: refused, define: refused, forget: refused },
    projectName: async ({ id }: StackEntry) => id,
  };
  const journal = {
    ...{ open: refused, read: refused, finish: refused, history: refused, proofs: refused },
    ...{ resume: refused, hasEnded: refused, doneSteps: refused, allUnfinished: refused },
    unfinished: async () => null,
  };
  const log = { info: () => undefined, warn, error: () => undefined };
  const changes = createNotifier();
  const readings = createReadings(() => 1);
  const hosts = { session: refused };
  return { deps: { registry, journal, hosts, log, readings, now: () => 1 }, changes, entries, warn };
}

describe('live stacks', () => {
  it('become current by themselves after a look failed', async () => {
    const { deps, changes, entries, warn } = stage();
    const stop = new AbortController();
    const reader = watchStacks(deps, changes, 'local', stop.signal);
    expect((await reader.next()).value).toMatchObject({ type: 'snapshot', items: [{ id: 'one' }] });
    entries.mockRejectedValueOnce(new Error('the disk is busy'));
    entries.mockResolvedValue([entry('one'), entry('two')]);
    changes.notify();
    expect((await reader.next()).value).toMatchObject({ type: 'delta', upsert: [{ id: 'two' }] });
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.any(String), {
      hostId: 'local',
      cause: 'the disk is busy',
    });
    stop.abort();
    expect((await reader.next()).done).toBe(true);
  });
});
