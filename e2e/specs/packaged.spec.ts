import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { processFacts } from '../support/electron-runtime';
import { launchPackaged, PACKAGED_EXECUTABLE, PACKAGED_FOLDER } from '../support/electron-runtime-packaged';

const run = promisify(execFile);
const SECCOMP_FILTER = 2;
/** Electron's wire holds characters: `0` and `1`. */
const FUSE = { off: 48, on: 49 };
let home = '';

test.beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'console-packaged-'));
});
test.afterEach(() => rm(home, { recursive: true, force: true }));

test('the packaged console opens its window, with the sandbox on', async () => {
  const packaged = await launchPackaged(home);
  try {
    await expect(packaged.page).toHaveURL(/^app:\/\//);
    await expect(packaged.page.locator('main#screen')).toBeVisible();
    const pages = (await processFacts(packaged.pid)).filter((each) => each.type === 'renderer');
    expect(pages.map((each) => each.seccomp)).toEqual(pages.map(() => SECCOMP_FILTER));
    expect(pages.length).toBeGreaterThan(0);
    await packaged.page.screenshot({ path: 'out/packaged.png' });
  } finally {
    await packaged.stop();
  }
});

test('the release fuses are set', async () => {
  const wire = await getCurrentFuseWire(PACKAGED_EXECUTABLE);
  const off = [
    FuseV1Options.RunAsNode,
    FuseV1Options.EnableNodeOptionsEnvironmentVariable,
    FuseV1Options.EnableNodeCliInspectArguments,
    FuseV1Options.GrantFileProtocolExtraPrivileges,
  ];
  expect(off.map((fuse) => wire[fuse])).toEqual(off.map(() => FUSE.off));
  const on = [FuseV1Options.EnableCookieEncryption, FuseV1Options.OnlyLoadAppFromAsar];
  expect(on.map((fuse) => wire[fuse])).toEqual(on.map(() => FUSE.on));
});

test('ELECTRON_RUN_AS_NODE does not turn the console into a Node that runs anything', async () => {
  const marker = 'ran-as-node';
  const attempt = run(PACKAGED_EXECUTABLE, ['-e', `console.log('${marker}')`], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', DISPLAY: '' },
    timeout: 10_000,
  });
  const output = await attempt.then(
    (result) => result.stdout,
    (error: Error & { stdout?: string }) => error.stdout ?? '',
  );
  expect(output).not.toContain(marker);
});

test('another application cannot be put in its place', () => {
  expect(existsSync(join(PACKAGED_FOLDER, 'resources/default_app.asar'))).toBe(false);
  expect(existsSync(join(PACKAGED_FOLDER, 'resources/app'))).toBe(false);
});

test('the package holds what was built, and no packages of npm', () => {
  const files = listPackage(join(PACKAGED_FOLDER, 'resources/app.asar'), { isPack: false });
  expect(files).toContain('/dist/main/index.js');
  expect(files).toContain('/dist/preload/index.cjs');
  expect(files.filter((file) => file.startsWith('/node_modules'))).toEqual([]);
  expect(existsSync(join(PACKAGED_FOLDER, 'resources/stacks/sandbox/compose.yaml'))).toBe(true);
});

test('secrets and settings of this checkout stay out of the package', async () => {
  const files = await readdir(join(PACKAGED_FOLDER, 'resources/stacks'), { recursive: true });
  expect(files).toContain('bizosaas/compose.yaml');
  expect(files.filter((file) => /(^|\/)\.(secrets|env)/.test(file))).toEqual([]);
});
