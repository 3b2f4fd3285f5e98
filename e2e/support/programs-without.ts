import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for PATH with the programs of this machine but for those named, gone at the end. */
export async function programsWithout(names: readonly string[]): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'programs-without-'));
  const others = (await readdir('/usr/bin')).filter((name) => !names.includes(name));
  await Promise.all(others.map((name) => symlink(join('/usr/bin', name), join(path, name))));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
