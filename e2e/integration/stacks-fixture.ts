/** The stacks room on the engine of a test, with nothing but what lies in a folder and on that engine. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostSession } from '../../main/services/hosts/host-session';
import { createStacksService } from '../../main/services/stacks';
import type { StacksService } from '../../main/services/stacks/face';
import { defaultSettings } from '../../preload/contract';

type StacksDeps = Parameters<typeof createStacksService>[0];

const unchanging: StacksDeps['settings'] = {
  get: () => defaultSettings,
  change: () => defaultSettings,
  onChange: () => () => undefined,
};

/** `folder` gets `data/`, and may hold built-in stacks below `stacks/`. */
export function stacksOf(
  session: HostSession,
  folder: string,
  given: Pick<StacksDeps, 'owner'> & Partial<StacksDeps>,
): StacksService {
  return createStacksService({
    hosts: { session: async () => session, greeted: async () => session },
    settings: unchanging,
    stacksDirectory: join(folder, 'stacks'),
    dataDirectory: join(folder, 'data'),
    environment: {},
    now: Date.now,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    timing: { settleMs: 200 },
    ...given,
  });
}

/** Puts a definition where `stacksOf` the folder has the built-in sandbox. Answers the file. */
export async function writeSandbox(folder: string, definition: string): Promise<string> {
  const directory = join(folder, 'stacks/sandbox');
  const file = join(directory, 'compose.yaml');
  await mkdir(directory, { recursive: true });
  await writeFile(file, definition);
  return file;
}
