import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { releaseMounts } from '../../main/bootstrap/engine-start.mjs';

const run = promisify(execFile);

it('the folder of an ended engine can be removed, whatever is still mounted below it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'engine mounts '));
  const outer = join(folder, 'data root');
  const inner = join(outer, 'netns');
  for (const point of [outer, inner]) {
    await mkdir(point);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', point]);
  }
  await expect(rm(folder, { recursive: true })).rejects.toMatchObject({ code: 'EBUSY' });
  await releaseMounts(folder);
  await rm(folder, { recursive: true });
  expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain('engine\\040mounts');
});
