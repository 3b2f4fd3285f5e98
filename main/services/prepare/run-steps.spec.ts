import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type PrepareStep, prepareRunSchema } from '../../../preload/contract';
import { DomainError } from '../errors';
import { sshSession } from '../hosts/ssh-session.fixture';
import { createStepRecords } from './records';
import { createStepRunner } from './run-steps';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const progress = { phase: () => undefined, service: () => undefined };
const step: PrepareStep = {
  ...{ id: 'swap', title: 'Take back: swap', state: 'needed', reason: 'short', confirm: [] },
  ...{ commands: ['swapoff -a'], undo: ['swapoff -a'] },
};
const lost = new DomainError('HOST_UNREACHABLE', { host: 'box', hop: 'link', detail: 'cut' }, 'box: cut');
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-steps-'));
  vi.useFakeTimers({ toFake: ['setTimeout'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});

/** Its link is lost while the script is followed, and open again when the test says so. */
function host() {
  const { session, control } = sshSession();
  const state = { losses: 0 };
  const runAsRoot = async (script: string) => {
    const isLauncher = script.includes('setsid');
    if (isLauncher || state.losses > 2) return { exitCode: 0, stdout: '', stderr: '' };
    state.losses += 1;
    control.setLink('lost');
    throw lost;
  };
  return { ssh: async () => ({ ...session, runAsRoot }), state, heal: () => control.setLink('open') };
}

it('writes into the record of a step that is taken back when its link was lost and when it was back', async () => {
  const { ssh, state, heal } = host();
  let time = 0;
  const now = () => {
    time += 1_000;
    return time;
  };
  const records = createStepRecords(folder, quiet);
  const run = createStepRunner({ ssh, records, now, confirmMs: 1 });
  const signal = new AbortController().signal;
  const undoing = run({ step, undoes: true }, { hostId: 'h', progress, signal });
  await vi.waitUntil(async () => {
    await vi.advanceTimersByTimeAsync(1_000);
    return state.losses === 3;
  });
  heal();
  await vi.advanceTimersByTimeAsync(1_000);
  await undoing;
  const [record] = z
    .array(prepareRunSchema)
    .parse(JSON.parse(await readFile(join(folder, 'h.json'), 'utf8')));
  expect(record).toMatchObject({
    id: 'swap',
    state: 'undone',
    startedAt: 1_000,
    endedAt: expect.any(Number),
  });
  expect(record?.link).toEqual([
    { at: 2_000, state: 'lost', detail: 'The connection was lost; the step goes on there. box: cut' },
    { at: 3_000, state: 'back', detail: 'The connection is back after 1 s.' },
  ]);
});
