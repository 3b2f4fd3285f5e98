/** What may go wrong while a step runs on a bare Debian 13: the link, the person, the process, the machine. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launcher } from '../../main/services/prepare/remote-script';
import { stopper } from '../../main/services/prepare/remote-stop';
import { containing } from '../support/matchers';
import { type Relay, startRelay } from '../support/relay';
import { until } from '../support/until';
import { startVps, type Vps } from '../support/vps';
import { type Preparing, preparing } from './prepare-fixture';

const IMAGE_LIMIT_MS = 600_000;
const LOG = '/var/lib/bizosaas-console/steps/engine/log';
const PASSWORDS = Array.from({ length: 60 }, () => 'sudoer-password');

let box: Vps;
let relay: Relay;
let sudoer: Preparing;
beforeAll(async () => {
  box = await startVps({ release: 'trixie', engine: 'none', name: 'faults' });
  relay = await startRelay({ to: box });
  sudoer = await preparing(box, { user: 'sudoer', port: relay.port, sudo: PASSWORDS });
}, IMAGE_LIMIT_MS);
afterAll(async () => {
  await sudoer?.[Symbol.asyncDispose]();
  await relay?.[Symbol.asyncDispose]();
  await box?.[Symbol.asyncDispose]();
});

/** Resolves when the step has printed such a line. */
function printed(who: Preparing, pattern: RegExp): Promise<void> {
  return new Promise((resolve) => {
    who.onLine((line) => {
      if (pattern.test(line)) resolve();
    });
  });
}

const rest = (outcome: Promise<string>) =>
  outcome.then(
    (summary) => ({ summary }),
    (error: unknown) => ({ error }),
  );

async function installers(): Promise<string> {
  return (await box.exec(['pgrep', '-a', '^(apt|dpkg)'])).stdout;
}

describe('a step that is cancelled in the middle of an installation', () => {
  it.each([/^Unpacking /, /^Setting up /])('ends on the host at %s', async (pattern) => {
    const ending = new AbortController();
    const began = printed(sudoer, pattern);
    const outcome = rest(sudoer.run(['engine'], ending.signal));
    await began;
    ending.abort();
    expect(await outcome).toMatchObject({
      error: { code: 'CANCELLED', message: containing('was cancelled') },
    });
    expect(await installers()).toBe('');
    const [record] = await sudoer.records();
    expect(record).toMatchObject({ id: 'engine', state: 'cancelled', exitCode: null });
    // What was unpacked and never set up is no engine.
    expect(await sudoer.states()).toMatchObject({ engine: 'needed' });
  });

  it('ends also what has a session of its own and heeds no signal, picked up where the first stop was lost', async () => {
    const deaf = `trap "" TERM HUP; echo ready > /run/deaf; while :; do sleep 0.1; done`;
    const mark = { step: 'swap', as: 'taken-back' } as const;
    const commands = [`setsid sh -c '${deaf}' & setsid --wait sleep 1000`];
    const asRoot = async (script: string, ...before: string[]) =>
      (await box.exec([...before, 'sh', '-c', script])).exitCode;
    expect(await asRoot(launcher({ id: 'deaf', commands, mark }))).toBe(0);
    await until('it ignores signals', async () => (await asRoot('[ -s /run/deaf ]')) === 0);
    expect(await asRoot(stopper('deaf', 60), 'timeout', '1')).toBe(124);
    expect(await asRoot('kill -0 "$(cat /var/lib/bizosaas-console/steps/deaf/pid)"')).not.toBe(0);
    expect((await box.exec(['pgrep', '-f', '/run/deaf'])).stdout).not.toBe('');
    expect(await asRoot(stopper('deaf', 1))).toBe(0);
    expect((await box.exec(['pgrep', '-af', '/run/deaf|sleep 1000'])).stdout).toBe('');
  });

  it('is killed with the script where it is ended by others, and says so', async () => {
    const began = printed(sudoer, /^(Get|Reading|Unpacking|Setting up|Preparing)/);
    const outcome = rest(sudoer.run(['engine']));
    await began;
    await box.shell('kill -s KILL -- "-$(cat /var/lib/bizosaas-console/steps/engine/pid)"');
    expect(await outcome).toMatchObject({ error: { message: containing('ended without an exit code') } });
  });
});

describe('a step over a link that fails', () => {
  it('goes on there, and no line is lost or shown twice', async () => {
    sudoer.lines.length = 0;
    const outcome = rest(sudoer.run(['engine', 'engine-start', 'access']));
    await printed(sudoer, /./);
    relay.cut();
    await printed(sudoer, /./);
    relay.refuse();
    relay.cut();
    await until('the step waits for the connection', () => sudoer.waits.length > 0);
    await relay.heal();
    await printed(sudoer, /./);
    relay.cut();
    expect(await outcome).toMatchObject({ summary: containing('Install Docker Engine') });
    const log = (await box.shell(`cat ${LOG}`)).split('\n').slice(0, -1);
    const first = sudoer.lines.slice(0, log.length);
    expect(first.map((line) => line.replaceAll('\r', '').trim())).toEqual(
      log.map((line) => line.replaceAll('\r', '').trim()),
    );
    expect(log.some((line) => line.startsWith('Setting up docker.io'))).toBe(true);
    const links = (await sudoer.records()).flatMap(({ link = [] }) => link.map(({ state }) => state));
    expect(links.slice(0, 2)).toEqual(['lost', 'back']);
    expect(links).toEqual(links.map((_, index) => (index % 2 === 0 ? 'lost' : 'back')));
  });

  it('leaves an engine its user can reach', async () => {
    await until('the engine answers', () =>
      sudoer.session.engine.ping().then(
        () => true,
        () => false,
      ),
    );
    expect((await sudoer.session.engine.info()).engineVersion).toMatch(/^26\.1/);
    expect(await sudoer.states()).toMatchObject({
      engine: 'in-place',
      'engine-start': 'in-place',
      access: 'in-place',
    });
    expect(await box.shell('dpkg --audit')).toBe('');
    const compose = (await sudoer.plan()).assessment.find(({ id }) => id === 'compose');
    expect(compose).toMatchObject({ state: 'pass', measured: containing('2.') });
  });

  it('is followed by another console that asks for the same', async () => {
    await using second = await preparing(box, { user: 'operator' });
    await box.shell('systemctl stop docker.socket docker');
    await Promise.all([sudoer.run(['engine-start']), second.run(['engine-start'])]);
    expect(await box.shell('systemctl is-active docker')).toBe('active\n');
  });

  it('becomes root with a password, or says that it was wrong', async () => {
    await using mistaken = await preparing(box, { user: 'sudoer', sudo: ['wrong', 'wrong', 'wrong'] });
    expect(await mistaken.plan()).toMatchObject({ root: 'sudo-password' });
    await expect(mistaken.run(['log-caps'])).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
  });
});

describe('a firewall on Debian 13', () => {
  it('is closed by a user with a password, and holds on an engine that knows IPv6', async () => {
    await sudoer.run(['firewall']);
    expect(await box.shell('iptables -S DOCKER-USER; ip6tables -S DOCKER-USER')).toMatch(
      /BIZOSAAS[\s\S]*BIZOSAAS/,
    );
    await sudoer.undo('firewall');
    expect(await box.shell('iptables -S; ip6tables -S')).not.toContain('BIZOSAAS');
  });
});
