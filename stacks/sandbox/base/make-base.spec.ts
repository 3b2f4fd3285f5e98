/** The script that makes the base image, run with stand-ins for the programs it needs; no package is fetched. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
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

/** Which main group each program runs with is what `id` says; `sg` changes that. */
function make(mainGroup: string, mmdebstrap: string) {
  const log = path.join(folder, 'log');
  const archive = path.join(folder, 'base.tar');
  program(
    'id',
    'case "$*" in -u) echo 1001 ;; -g) echo "$NOW" ;; "-g ann") echo 1001 ;; -gn*) echo ann ;; -un) echo ann ;; esac',
  );
  program('sg', 'echo "sg $1" >>"$LOG"\nNOW=1001 exec sh -c "$3"');
  program('newuidmap', ':');
  program('grep', `case "$*" in */etc/subuid) exit 0 ;; esac\nPATH=\${PATH#*:} exec grep "$@"`);
  program('mmdebstrap', `echo "mmdebstrap as $NOW" >>"$LOG"\n${mmdebstrap}`);
  const env = { PATH: `${folder}:${process.env.PATH}`, NOW: mainGroup, LOG: log };
  const { status, stderr } = spawnSync('sh', [SCRIPT, archive], { env, encoding: 'utf8' });
  const steps = readFileSync(log, 'utf8').trim().split('\n');
  return { status, stderr, steps, base: existsSync(archive) ? readFileSync(archive, 'utf8') : null };
}

const MAKES = 'for word; do case $word in */base.tar) echo base >"$word" ;; esac; done';
const FAILS = `cat >&2 <<'END'
I: running apt-get update...
Get:1 http://mirror.invalid trixie InRelease
Err:1 http://mirror.invalid trixie InRelease
  Could not resolve 'mirror.invalid'
W: A word of warning
E: Failed to fetch http://mirror.invalid/InRelease  Could not resolve 'mirror.invalid'
E: mmdebstrap failed to run
END
exit 25`;

it("runs as it is with the user's own main group", () => {
  expect(make('1001', MAKES)).toEqual({
    status: 0,
    stderr: '',
    steps: ['mmdebstrap as 1001'],
    base: 'base\n',
  });
});

it('goes back to that group from another one, which newuidmap refuses', () => {
  const { base, steps } = make('998', MAKES);
  expect(steps).toEqual(['sg ann', 'mmdebstrap as 1001']);
  expect(base).toBe('base\n');
});

it('takes the keys of the suite along, and names those of the image in the image', () => {
  const root = path.join(folder, 'root');
  // As mmdebstrap does: a list given as a file gets a name of its own, then the hooks run.
  const fills = `root='${root.replaceAll("'", "'\\''")}'; mkdir -p "$root/etc/apt/sources.list.d"
upload() { cp "$2" "$root$3"; }
for word; do case $word in /*/sources.list) cp "$word" "$root/etc/apt/sources.list.d/0000sources.list" ;; esac; done
cat "$root/etc/apt/sources.list.d/0000sources.list" >>"$LOG"
for word; do case $word in
  --customize-hook=upload*) upload $word ;;
  --customize-hook=*) sh -c "\${word#*=}" hook "$root" ;;
esac; done`;
  const { status, steps } = make('1001', `${MAKES}\n${fills}`);
  expect(status).toBe(0);
  expect(steps.filter((line) => /^deb \[signed-by=\S+\/keys\.gpg\] /.test(line))).toHaveLength(2);
  expect(readdirSync(path.join(root, 'etc/apt/sources.list.d'))).toEqual([]);
  const inside = readFileSync(path.join(root, 'etc/apt/sources.list'), 'utf8').trim().split('\n');
  const keys = 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ';
  expect(inside.map((line) => line.startsWith(keys))).toEqual([true, true]);
});

it('says why it failed, in the words of the program that did', () => {
  const { status, stderr, base } = make('1001', FAILS);
  expect({ status, base }).toEqual({ status: 1, base: null });
  expect(stderr).toBe(
    'W: A word of warning\n' +
      "E: Failed to fetch http://mirror.invalid/InRelease  Could not resolve 'mirror.invalid'\n" +
      'E: mmdebstrap failed to run\n',
  );
});

it('says what it has where no line looks like a reason', () => {
  expect(make('1001', 'echo killed >&2; exit 137').stderr).toBe('killed\n');
});
