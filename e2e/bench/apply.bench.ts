/** `npm run bench -- apply`: this machine's engine at interval 1 s, and engine 26 with start_interval. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestSession } from '../support/engine';
import { tinyImage } from '../support/images';
import { startModernEngine } from '../support/modern-engine';
import { benchApply } from './apply.mjs';
import type { Result } from './statistics.mjs';

interface Context {
  cli: string;
  reference: { docker: string; configDirectory: string } | null;
}

export default async function bench({ cli, reference }: Context): Promise<Result[]> {
  if (!reference)
    throw new Error(
      'There is no docker compose v2 to compare with: Debian trixie’s packages could not be had.',
    );
  const folder = await mkdtemp(join(tmpdir(), 'bench-compose-'));
  const modern = await startModernEngine();
  try {
    const compose = await composeCommand(folder, reference);
    const here = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
    const onHere = { cli, compose, dockerHost: here, image: await imageOn(here), startInterval: false };
    const onModern = {
      cli,
      compose,
      dockerHost: modern.endpoint,
      image: await imageOn(modern.endpoint),
      startInterval: true,
    };
    return [...(await benchApply(onHere)), ...(await benchApply(onModern))];
  } finally {
    await modern.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function imageOn(endpoint: string): Promise<string> {
  const session = openTestSession(endpoint);
  try {
    return await tinyImage(session);
  } finally {
    session.engine.close();
  }
}

/** One program that is `docker compose`, so that both tools are timed as one process each. */
async function composeCommand(
  folder: string,
  { docker, configDirectory }: { docker: string; configDirectory: string },
) {
  const file = join(folder, 'docker-compose');
  await writeFile(file, `#!/bin/sh\nDOCKER_CONFIG='${configDirectory}' exec '${docker}' compose "$@"\n`);
  await chmod(file, 0o755);
  return file;
}
