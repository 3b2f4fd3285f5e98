/** A stack whose images no registry gives, from the command line onto a VPS in a box. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../main/cli/exit-codes';
import { runProgram } from '../../main/cli/program';
import { collectingTerminal } from '../../main/cli/terminal.fixture';
import { createPlatform } from '../../main/platform';
import { deliveryPlanSchema, preflightReportSchema, taskSchema } from '../../preload/contract';
import { docker } from '../support/docker';
import { openTestSession } from '../support/engine';
import { tinyImage } from '../support/images';
import { startVps, type Vps } from '../support/vps';

const local = openTestSession();
const tag = `bizosaas-deliver/stack-${randomBytes(3).toString('hex')}`;
let box: Vps;
let home = '';
let tiny = '';

beforeAll(async () => {
  box = await startVps({ engine: 'installed' });
  tiny = await tinyImage(local);
  home = await mkdtemp(join(tmpdir(), 'deliver-stack-'));
  await docker(local, 'tag', tiny, `${tag}-given:1`);
  await configure();
  await writeStack();
});
afterAll(async () => {
  const mine = ['given:1', 'made:1', 'base:1'].map((name) => `${tag}-${name}`);
  await docker(local, 'rmi', '--force', ...mine);
  await local[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
  await box?.[Symbol.asyncDispose]();
});

async function configure(): Promise<void> {
  await mkdir(join(home, '.ssh'), { mode: 0o700 });
  const lines = [
    `Host box`,
    `  HostName ${box.host}`,
    `  Port ${box.port}`,
    '  User dockerer',
    `  IdentityFile ${box.key.path}`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
  ];
  await writeFile(join(home, '.ssh/config'), `${lines.join('\n')}\n`);
}

/** `given` has no registry, `made` is built here before, `built` starts from a base that a script of this machine makes. */
async function writeStack(): Promise<void> {
  await mkdir(join(home, 'made'));
  await mkdir(join(home, 'built'));
  await writeFile(join(home, 'made/Dockerfile'), `FROM ${tiny}\nRUN echo made > /made\n`);
  await writeFile(join(home, 'built/Dockerfile'), `FROM ${tag}-base:1\nRUN echo built > /built\n`);
  const script = `#!/bin/sh\necho "$(hostname)" > ${home}/ran-on\ndocker export $(docker create ${tiny}) > "$1"\n`;
  await writeFile(join(home, 'base.sh'), script, { mode: 0o755 });
  const yaml = `
name: deliver-stack
x-bizosaas: { bases: { "${tag}-base:1": { script: ./base.sh } } }
services:
  given: { image: "${tag}-given:1", command: [sleep, "1000"], stop_grace_period: 0s }
  made: { image: "${tag}-made:1", build: ./made, command: [sleep, "1000"], stop_grace_period: 0s }
  built: { build: ./built, command: [sleep, "1000"], stop_grace_period: 0s }
`;
  await writeFile(join(home, 'compose.yaml'), yaml);
  await docker(local, 'build', '-q', '-t', `${tag}-made:1`, join(home, 'made'));
}

async function run(...words: string[]) {
  const yes = async () => 'yes';
  const terminal = collectingTerminal({ now: Date.now, interactive: true, ask: yes });
  const environment = { PATH: process.env.PATH, BIZOSAAS_HOME: join(home, 'console') };
  const platform = {
    ...createPlatform({ stacksDirectory: 'stacks', version: '0', environment }),
    homeDirectory: home,
  };
  const all = [...words, '--host', 'box', '-f', join(home, 'compose.yaml')];
  const code = await runProgram(all, { version: '0', terminal, platform: async () => platform });
  return { code, out: terminal.written(), notes: terminal.noted() };
}

describe('a stack without a registry', () => {
  it('says before anything changes how each image gets there', async () => {
    const { checks } = preflightReportSchema.parse(JSON.parse((await run('preflight', '--json')).out));
    const evidence = (name: string) => checks.find(({ id }) => id === `image:${name}`)?.evidence;
    expect(evidence(`${tag}-given:1`)).toMatch(
      /^Not present; delivered from this machine \(.*\), as the host cannot pull it \(.*\): .* are missing on the host\.$/,
    );
    expect(evidence(`${tag}-made:1`)).toContain('as it is built here already');
    expect(evidence('deliver-stack-built')).toContain('made here when no registry gives it');
    const { images, source } = deliveryPlanSchema.parse(
      JSON.parse((await run('deliver', '--plan', '--json')).out),
    );
    expect(source).not.toBeNull();
    expect(images.map(({ way }) => way)).toEqual(['deliver', 'deliver', 'build']);
    expect((await run('deliver', '--plan')).out).toMatch(/given:1 +deliver +[\d.]+ MiB +Not present;/);
  });

  it('delivers one image when asked, with what was sent', async () => {
    const { code, out } = await run('deliver', '--json', '--image', `${tag}-given:1`);
    const task = taskSchema.parse(JSON.parse(out));
    expect(task.status).toMatchObject({ state: 'succeeded' });
    expect(code).toBe(EXIT.OK);
    expect(task).toMatchObject({
      kind: 'deliver',
      services: [{ service: `${tag}-given:1`, phase: 'ready' }],
    });
    expect((await run('plan')).out).toContain('It is delivered from this machine');
  });

  it('comes up: delivered, and built there on a base that was made here', async () => {
    const { code, notes } = await run('up', '--yes');
    expect(notes).not.toContain('failed');
    expect(code).toBe(EXIT.OK);
    const inside = (service: string, file: string) =>
      box.shell(`docker exec deliver-stack-${service}-1 cat ${file}`);
    expect(await inside('made', '/made')).toBe('made\n');
    expect(await inside('built', '/built')).toBe('built\n');
    expect((await readFile(join(home, 'ran-on'), 'utf8')).trim()).not.toBe('vps');
    expect((await local.engine.inspectImage(`${tag}-made:1`)).id).toBe(
      (await box.shell(`docker inspect --format {{.Image}} deliver-stack-made-1`)).trim(),
    );
    expect((await run('up', '--yes')).notes).toContain('nothing was changed');
  });
});
