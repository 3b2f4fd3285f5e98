/** The steps as they ran last on each host, on disk, so that a failed one can be looked at and resumed later. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type LiveUpdate, type PrepareRun, prepareRunSchema } from '../../../preload/contract';
import { createLiveList, type LiveList } from '../../streams/live-list';
import type { Log } from '../log';

const COALESCE_MS = 50;
const OWNER_ONLY = 0o600;

export interface StepRecords {
  get(hostId: string, step: PrepareRun['id']): Promise<PrepareRun | undefined>;
  put(hostId: string, run: PrepareRun): Promise<void>;
  /** Writes what is known of a host; called when a step ends, not at each line. */
  save(hostId: string): Promise<void>;
  watch(hostId: string, signal: AbortSignal): AsyncGenerator<LiveUpdate<PrepareRun>, void>;
}

export function createStepRecords(directory: string, log: Log): StepRecords {
  const lists = new Map<string, Promise<LiveList<PrepareRun>>>();
  const fileOf = (hostId: string) => join(directory, `${encodeURIComponent(hostId)}.json`);

  function listOf(hostId: string): Promise<LiveList<PrepareRun>> {
    const known = lists.get(hostId) ?? load(fileOf(hostId), log);
    lists.set(hostId, known);
    return known;
  }

  return {
    get: async (hostId, step) => (await listOf(hostId)).get(step),
    put: async (hostId, run) => (await listOf(hostId)).upsert(run),
    async save(hostId) {
      await mkdir(directory, { recursive: true });
      const unfinished = `${fileOf(hostId)}.new`;
      const runs = (await listOf(hostId)).items();
      await writeFile(unfinished, JSON.stringify(runs), { mode: OWNER_ONLY });
      await rename(unfinished, fileOf(hostId));
    },
    async *watch(hostId, signal) {
      yield* (await listOf(hostId)).watch(signal);
    },
  };
}

async function load(file: string, log: Log): Promise<LiveList<PrepareRun>> {
  const list = createLiveList<PrepareRun>({ id: ({ id }) => id, coalesceMs: COALESCE_MS });
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return list;
  try {
    list.set(z.array(prepareRunSchema).parse(JSON.parse(text)).map(endedWithTheConsole));
  } catch {
    log.warn('The record of preparing a machine could not be read and begins anew', { file });
  }
  return list;
}

/** What was running when the console ended may be running there still; running it again picks it up. */
function endedWithTheConsole(run: PrepareRun): PrepareRun {
  return run.state === 'running' ? { ...run, state: 'cancelled' } : run;
}
