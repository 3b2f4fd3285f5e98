import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultSettings } from '../../../preload/contract';
import type { HostSession } from '../hosts/host-session';
import { createStacksService } from './index';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'look-'));
  await mkdir(join(folder, 'stacks/sandbox'), { recursive: true });
  await writeFile(
    join(folder, 'stacks/sandbox/compose.yaml'),
    'name: shop\nservices: { web: { image: web } }\n',
  );
});
afterEach(() => rm(folder, { recursive: true }));

it('does not wait on for lists that were asked for ahead once the look is cancelled', async () => {
  const stop = new AbortController();
  const greetings = [
    new Promise<HostSession>(() => undefined),
    // The look has its session; the lists it would use never come.
    Promise.resolve({} as HostSession),
  ];
  const next = () => greetings.shift() ?? Promise.reject(new Error('asked once too often'));
  const stacks = createStacksService({
    hosts: { session: next, greeted: next },
    settings: { get: () => defaultSettings, change: () => defaultSettings, onChange: () => () => undefined },
    ...{ stacksDirectory: join(folder, 'stacks'), dataDirectory: join(folder, 'data') },
    ...{ environment: {}, owner: 'test', now: () => 0 },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  stacks.anticipate('h');
  const looking = stacks.plan({ hostId: 'h', stackId: 'sandbox' }, stop.signal);
  stop.abort(new Error('cancelled by the test'));
  await expect(looking).rejects.toThrow('cancelled by the test');
});
