/** `npm run package`: the unpacked application and a .deb with the release fuses, from the runtime that could be obtained. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { buildWhenStale } from './build.mjs';
import { run } from './command.mjs';
import { obtainRuntime, runtimeNotice } from './electron-runtime.mjs';
import { checkNode } from './environment.mjs';
import { installPackages } from './packages.mjs';
import { OUT, ROOT, RUNTIME } from './paths.mjs';
import { createReport } from './report.mjs';

const BUILDER = path.join(ROOT, 'node_modules/electron-builder/cli.js');
const PACKAGED = path.join(OUT, 'package');

const report = createReport();
try {
  checkNode();
  await installPackages(report);
  await buildWhenStale(report);
  const runtime = await obtainRuntime(report);
  await rm(PACKAGED, { recursive: true, force: true });
  await report.step(`Package with Electron ${runtime.version}`, (progress) =>
    packageWith(runtime.version, progress),
  );
  report.say(`  ${path.relative(ROOT, PACKAGED)}: the unpacked application and the .deb`);
  const notice = runtimeNotice(runtime);
  if (notice) report.say(`! Not for release. ${notice}`);
} catch (error) {
  report.say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/** @param {string} version @param {import('./report.mjs').Progress} progress */
function packageWith(version, progress) {
  const settings = [`-c.electronDist=${RUNTIME}`, `-c.electronVersion=${version}`];
  return run(process.execPath, [BUILDER, '--linux', '--publish', 'never', ...settings], {
    cwd: ROOT,
    // Debian 12 has no fpm, and its own cannot be fetched everywhere.
    env: { ...process.env, CUSTOM_FPM_PATH: path.join(ROOT, 'main/bootstrap/package-deb.mjs') },
    line: (line) =>
      /•\s+(packaging|building)/.test(line) && progress(line.replace(/.*•\s+/, '').slice(0, 60)),
  });
}
