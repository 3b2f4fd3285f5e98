/** The script that makes the base image, run with stand-ins for the programs it needs; no package is fetched. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const SCRIPT = path.join(import.meta.dirname, 'make-base.sh');
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "make-base's-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, text: string): void {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
}

/** Which main group each program runs with is what `id` says; `sg` changes that. Answers the lines they left. */
function makeAs(mainGroup: string): string[] {
  const log = path.join(folder, 'log');
  const archive = path.join(folder, 'base.tar');
  program(
    'id',
    'case "$*" in -u) echo 1001 ;; -g) echo "$NOW" ;; "-g ann") echo 1001 ;; -gn*) echo ann ;; -un) echo ann ;; esac',
  );
  program('sg', `echo "sg $1" >>"$LOG"\nNOW=1001 exec sh -c "$3"`);
  program('newuidmap', ':');
  program('grep', ':');
  program(
    'mmdebstrap',
    'echo "mmdebstrap as $NOW" >>"$LOG"\nfor word; do case $word in */base.tar) echo base >"$word" ;; esac; done',
  );
  const PATH = `${folder}:${process.env.PATH}`;
  execFileSync('sh', [SCRIPT, archive], {
    env: { PATH, NOW: mainGroup, LOG: log, DEBIAN_KEYRING: SCRIPT },
    stdio: 'pipe',
  });
  expect(readFileSync(archive, 'utf8')).toBe('base\n');
  return readFileSync(log, 'utf8').trim().split('\n');
}

it("runs as it is with the user's own main group", () => {
  expect(makeAs('1001')).toEqual(['mmdebstrap as 1001']);
});

it('goes back to that group from another one, which newuidmap refuses', () => {
  expect(makeAs('998')).toEqual(['sg ann', 'mmdebstrap as 1001']);
});
