import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { namesHere } from './apt.mjs';
import { isSource } from './build.mjs';
import { asRoot, inWords } from './consent.mjs';
import { download, verify } from './download.mjs';
import { officialUrl } from './electron-official.mjs';
import { withoutTheApplication } from './electron-stand-in.mjs';
import { candidates, findEngine } from './engine-find.mjs';
import { isListed, isRefused, quoted } from './engine-group.mjs';
import { hasDisplay, nodeIsTooOld } from './environment.mjs';
import { canStartOne } from './machine.mjs';
import { commandLineIsSeparate, installCommands, missingTestTools, releaseHasTimeSuffix } from './needs.mjs';
import { createReport, duration } from './report.mjs';
import { asPlainUser } from './window.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'bootstrap-set-up-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the machine', () => {
  it.each([
    ['18.20.0', true],
    ['20.18.9', true],
    ['20.19.0', false],
    ['22.0.0', false],
  ])('Node %s too old: %s', (version, old) => expect(nodeIsTooOld(version)).toBe(old));

  it('has a display on a desktop system, or where X11 or Wayland say so', () => {
    expect(hasDisplay('linux', {})).toBe(false);
    expect(hasDisplay('linux', { DISPLAY: ':0' })).toBe(true);
    expect(hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe(true);
    expect(hasDisplay('darwin', {})).toBe(true);
  });

  it('shows root to Chrome as a plain user', () => {
    expect(asPlainUser(['electron', '.'], false)).toEqual(['electron', '.']);
    expect(asPlainUser(['electron', '.'], true).slice(-2)).toEqual(['electron', '.']);
    expect(asPlainUser(['electron', '.'], true)).toContain('--map-user=1000');
  });
});

describe('packages of the distribution', () => {
  it('take the names of this release', async () => {
    const offered = new Set(['libgtk-3-0t64', 'libnss3']);
    expect(await namesHere(['libgtk-3-0', 'libnss3'], async (name) => offered.has(name))).toEqual([
      'libgtk-3-0t64',
      'libnss3',
    ]);
  });

  it.each([
    ['ID=debian\nVERSION_ID="12"', false],
    ['ID=debian\nVERSION_ID="13"', true],
    ['ID=debian\nPRETTY_NAME="Debian GNU/Linux forky/sid"', true],
    ['ID=ubuntu\nVERSION_ID="22.04"', false],
    ['ID=ubuntu\nVERSION_ID="24.04"', true],
    ['ID=fedora\nVERSION_ID=41', false],
    ['', false],
  ])('%j renamed its libraries: %s', (release, renamed) =>
    expect(releaseHasTimeSuffix(release)).toBe(renamed),
  );

  it.each([
    ['ID=debian\nVERSION_ID="12"', false],
    ['ID=debian\nVERSION_ID="13"', true],
    ['ID=debian\nPRETTY_NAME="Debian GNU/Linux forky/sid"', true],
    ['ID=ubuntu\nVERSION_ID="24.04"', false],
  ])('%j has the docker command in a package of its own: %s', (release, separate) =>
    expect(commandLineIsSeparate(release)).toBe(separate),
  );

  it('for tests alone are asked for only there, each where its program is missing', async () => {
    const wanted = { executable: '', virtualDisplay: false, installEngine: false, baseImage: false };
    expect(missingTestTools(wanted, () => false)).toEqual([]);
    const forTests = { ...wanted, testTools: true };
    expect(missingTestTools(forTests, () => true)).toEqual([]);
    expect(missingTestTools(forTests, (program) => program !== 'sshd')).toEqual(['openssh-server']);
    const commands = await installCommands([], ['openssh-server']);
    expect(commands.map(inWords).at(-1)).toMatch(/^sh \S+\/install-test-tools\.sh openssh-server$/);
    expect(await installCommands([])).toEqual([]);
  });

  it('are listed as commands to copy', () => {
    const machine = {
      root: false,
      apt: true,
      systemd: false,
      display: false,
      terminal: false,
      agreed: false,
    };
    const command = { program: 'sh', parameters: ['-c', 'nohup dockerd &'] };
    expect(inWords(command)).toBe("sh -c 'nohup dockerd &'");
    expect(asRoot(command, machine).program).toBe('sudo');
    expect(asRoot(command, { ...machine, root: true })).toEqual(command);
    const update = { program: 'apt-get', parameters: ['update'] };
    expect(inWords(asRoot(update, machine, {}))).toBe('sudo --preserve-env=DEBIAN_FRONTEND apt-get update');
    expect(inWords(asRoot(update, machine, { http_proxy: 'http://ann:secret@p', no_proxy: 'x' }))).toBe(
      'sudo --preserve-env=DEBIAN_FRONTEND,http_proxy,no_proxy apt-get update',
    );
  });
});

describe('the Electron runtime', () => {
  it('comes from the official page or a mirror of it', () => {
    expect(officialUrl('45.4.1', {})).toMatch(
      /^https:\/\/github\.com\/electron\/electron\/releases\/download\/v45\.4\.1\/electron-v45\.4\.1-/,
    );
    expect(officialUrl('45.4.1', { ELECTRON_MIRROR: 'https://mirror.invalid/e' })).toMatch(
      /^https:\/\/mirror\.invalid\/e\/v45/,
    );
  });

  it.each([
    ['Cypress/Cypress', 'electron'],
    ['Cypress/resources.pak', 'resources.pak'],
    ['Cypress/', null],
    ['Cypress/resources/app/index.js', null],
    ['Cypress/browser_v8_context_snapshot.bin', null],
  ])('takes %s of the stand-in as %s', (name, expected) =>
    expect(withoutTheApplication(name)).toBe(expected),
  );
});

describe('a download', () => {
  const served = createServer((_request, response) => response.end('content'));
  const listening = new Promise<string>((resolve) => {
    served.listen(0, '127.0.0.1', () => {
      const address = served.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`);
    });
  });
  afterAll(() => served.close());

  it('is kept when its checksum is right', async () => {
    await expect(
      download(
        { url: await listening, sha256: sha256('content'), environment: {} },
        path.join(folder, 'right'),
        () => {},
      ),
    ).resolves.toBeUndefined();
  });

  it('is removed when its checksum is wrong', async () => {
    const target = path.join(folder, 'wrong');
    const source = { url: await listening, sha256: sha256('other'), environment: {} };
    await expect(download(source, target, () => {})).rejects.toThrow('checksum');
    await expect(verify(target, sha256('content'))).rejects.toThrow('ENOENT');
  });
});

describe('the search for an engine', () => {
  it('takes DOCKER_HOST alone when it is set', async () => {
    const found = await candidates({ DOCKER_HOST: 'tcp://10.0.0.1:2375', HOME: folder });
    expect(found.map(({ endpoint, chosen }) => [endpoint, chosen])).toEqual([['tcp://10.0.0.1:2375', true]]);
  });

  it('follows the current docker context', async () => {
    const meta = path.join(folder, '.docker/contexts/meta', sha256('vps'));
    mkdirSync(meta, { recursive: true });
    writeFileSync(path.join(folder, '.docker/config.json'), JSON.stringify({ currentContext: 'vps' }));
    writeFileSync(
      path.join(meta, 'meta.json'),
      JSON.stringify({ Endpoints: { docker: { Host: 'unix:///there.sock' } } }),
    );
    expect((await candidates({ HOME: folder }))[0]?.endpoint).toBe('unix:///there.sock');
    expect((await candidates({ HOME: folder, DOCKER_CONTEXT: 'default' }))[0]?.endpoint).toBe(
      'unix:///var/run/docker.sock',
    );
  });

  it('says why a named engine was not found, and puts none in its place', async () => {
    const search = await findEngine({ DOCKER_HOST: `unix://${folder}/none.sock` });
    expect(search.found).toBeNull();
    expect(search.failed[0]?.reason).toContain('ENOENT');
    expect(canStartOne(search)).toBe(false);
  });

  it('does not take another program for an engine', async () => {
    const other = createServer((_request, response) => response.end('<html>'));
    await new Promise<void>((resolve) => other.listen(path.join(folder, 'other.sock'), resolve));
    const search = await findEngine({ DOCKER_HOST: `unix://${folder}/other.sock` });
    other.close();
    expect(search.failed[0]?.reason).toContain('not that of a Docker Engine');
  });
});

describe('the report', () => {
  it.each([
    [12, '12 ms'],
    [2345, '2.3 s'],
    [125_000, '2 min 5 s'],
  ])('%d ms reads %s', (milliseconds, text) => expect(duration(milliseconds)).toBe(text));

  it('leaves one line for a step in a log, and tells a failed one', async () => {
    const lines: string[] = [];
    let clock = 0;
    const report = createReport({ write: (text: string) => lines.push(text) }, () => (clock += 50));
    await report.step(
      'Good',
      async () => 7,
      (result) => `${result} files`,
    );
    await expect(report.step('Bad', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(lines).toEqual(['✓ Good: 7 files (50 ms)\n', '✗ Bad (50 ms)\n']);
  });
});

it('builds again for sources, not for their specs', () => {
  expect(isSource('main/console.ts')).toBe(true);
  expect(isSource('main/console.spec.ts')).toBe(false);
  expect(isSource('main/bootstrap/start.mjs')).toBe(false);
});

describe('the group of the engine', () => {
  const refused = {
    found: null,
    failed: [{ candidate: socket(), reason: 'connect EACCES /var/run/docker.sock' }],
  };
  function socket() {
    return { endpoint: 'unix:///var/run/docker.sock', source: 'the default socket', chosen: false };
  }

  it('is what is missing where the socket refuses; no engine is started in its place', () => {
    expect(isRefused(refused)).toBe(true);
    expect(canStartOne(refused)).toBe(false);
    expect(isRefused({ found: null, failed: [{ candidate: socket(), reason: 'connect ENOENT' }] })).toBe(
      false,
    );
  });

  it.each([
    ['docker:x:999:ann,bob', true],
    ['root:x:0:\ndocker:x:999:bob', true],
    ['docker:x:999:bobby', false],
    ['docker:x:999:', false],
    ['dockers:x:999:bob', false],
    ['', false],
  ])('has bob as a member in %j: %s', (groups, member) => expect(isListed(groups, 'bob')).toBe(member));

  it('keeps words apart through the shell of sg', () => {
    expect(execFileSync('sh', ['-c', `printf %s ${quoted(`it's $HOME "x"`)}`], { encoding: 'utf8' })).toBe(
      `it's $HOME "x"`,
    );
  });
});
