/** `bizosaas prepare` against a bare machine in a box: what it shows, asks, runs and leaves with. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../main/cli/exit-codes';
import { runProgram } from '../../main/cli/program';
import type { Terminal } from '../../main/cli/terminal';
import { collectingTerminal } from '../../main/cli/terminal.fixture';
import { createPlatform } from '../../main/platform';
import { preparePlanSchema } from '../../preload/contract/prepare';
import { taskSchema } from '../../preload/contract/tasks';
import { until } from '../support/until';
import { startVps, type Vps } from '../support/vps';

const IMAGE_LIMIT_MS = 600_000;
let box: Vps;
let home = '';

beforeAll(async () => {
  box = await startVps({ release: 'trixie', engine: 'none', name: 'words' });
  home = await mkdtemp(join(tmpdir(), 'bz-prepare-cli-'));
  await mkdir(join(home, '.ssh'), { mode: 0o700 });
  const lines = ['Host box', `  HostName ${box.host}`, `  Port ${box.port}`, '  User operator'];
  const rest = [`  IdentityFile ${box.key.path}`, '  IdentitiesOnly yes', '  IdentityAgent none', ''];
  await writeFile(join(home, '.ssh/config'), [...lines, ...rest].join('\n'));
}, IMAGE_LIMIT_MS);
afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

function start(words: string[], facts: Partial<Terminal> = {}) {
  const terminal = collectingTerminal({ now: Date.now, ...facts });
  const environment = { PATH: process.env.PATH, BIZOSAAS_HOME: join(home, 'console') };
  const platform = {
    ...createPlatform({ stacksDirectory: 'stacks', version: '0', environment }),
    homeDirectory: home,
  };
  const all = ['prepare', '--host', 'box', ...words];
  const ended = runProgram(all, { version: '0', terminal, platform: async () => platform });
  return { terminal, ended };
}

async function prepare(words: string[], facts: Partial<Terminal> = {}) {
  const { terminal, ended } = start(words, facts);
  return { code: await ended, out: terminal.written(), notes: terminal.noted() };
}

/** Trusts the host's key and answers the question for consent so. */
const person = (consent: string): Partial<Terminal> => ({
  interactive: true,
  ask: async (question) => (question.includes('as root') ? consent : 'yes'),
});

describe('bizosaas prepare', () => {
  it('shows what was measured and what would run, and runs nothing', async () => {
    const { code, out } = await prepare(['--plan'], person('no'));
    expect(code).toBe(EXIT.CHANGE_PENDING);
    expect(out).toMatch(/✗ fail +Docker Engine +Not installed/);
    expect(out).toContain('+ engine: Install Docker Engine');
    expect(out).toContain('$ usermod -aG docker operator');
    expect((await box.exec(['ls', '/var/lib/bizosaas-console'])).exitCode).not.toBe(0);
  });

  it('runs nothing without a yes, or where nobody is there to give one', async () => {
    const refused = await prepare(['--step', 'log-caps'], person('n'));
    expect(refused).toMatchObject({ code: EXIT.CHANGE_PENDING });
    expect(refused.notes).toContain('Nothing was run');
    const alone = await prepare(['--step', 'log-caps', '--json']);
    expect(alone.code).toBe(EXIT.CHANGE_PENDING);
    expect(preparePlanSchema.parse(JSON.parse(alone.out)).root).toBe('sudo');
    expect((await box.exec(['ls', '/etc/docker/daemon.json'])).exitCode).not.toBe(0);
  });

  it('runs what was agreed to, line by line, and nothing the second time', async () => {
    const first = await prepare(['--step', 'log-caps'], person('yes'));
    expect(first.code).toBe(EXIT.OK);
    expect(first.notes).toContain('Limit container logs\n  $ mkdir -p /etc/docker\n');
    const again = await prepare(['--step', 'log-caps', '--yes']);
    expect(again.code).toBe(EXIT.OK);
    expect(again.out).toContain('○ log-caps');
  });

  it('ends what runs on the host at Ctrl-C, and goes on from there when asked again', async () => {
    const { terminal, ended } = start(['--step', 'updates', '--yes']);
    await until('packages come', () => /\n {2}Unpacking/.test(terminal.noted()), 60_000);
    terminal.interrupt();
    expect(await ended).toBe(EXIT.CANCELLED);
    expect((await box.exec(['pgrep', '-a', '^(apt|dpkg)'])).stdout).toBe('');
    const { code, out, notes } = await prepare(['--step', 'updates', '--yes', '--json']);
    expect(code).toBe(EXIT.OK);
    expect(taskSchema.parse(JSON.parse(out)).status).toMatchObject({ state: 'succeeded' });
    expect(notes).toContain('"line":"$ apt-get');
    expect(await box.shell('dpkg --audit')).toBe('');
  });

  it('takes a step back, asked first', async () => {
    expect((await prepare(['--undo', 'log-caps'], person('no'))).code).toBe(EXIT.CHANGE_PENDING);
    expect((await prepare(['--undo', 'log-caps'], person('yes'))).code).toBe(EXIT.OK);
    expect((await box.exec(['ls', '/etc/docker/daemon.json'])).exitCode).not.toBe(0);
    const nothing = await prepare(['--undo', 'swap', '--yes']);
    expect(nothing.code).toBe(EXIT.FAILED);
    expect(nothing.notes).toContain('no console has put it there');
  });

  it('knows its steps and its hosts', async () => {
    const unknown = await prepare(['--step', 'kernel']);
    expect(unknown.code).toBe(EXIT.USAGE);
    expect(unknown.notes).toContain('the steps are engine, engine-start');
  });
});
