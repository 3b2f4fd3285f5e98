/** Preparing a bare Debian 12 over SSH, from nothing to closed, and back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestSession } from '../support/engine';
import { tinyImage } from '../support/images';
import { containing } from '../support/matchers';
import { startRelay } from '../support/relay';
import { until } from '../support/until';
import { startVps, type Vps } from '../support/vps';
import { footprint, type Preparing, preparing, reaches } from './prepare-fixture';

const IMAGE_LIMIT_MS = 600_000;
const DOCKER_PORT = 28_080;
const REVERT = { revertSeconds: 6, confirmMs: 3_000 };
const ALL = ['swap', 'log-caps', 'engine', 'engine-start', 'access', 'firewall', 'updates'] as const;

let box: Vps;
let operator: Preparing;
beforeAll(async () => {
  box = await startVps({ release: 'bookworm', engine: 'none', name: 'prepare' });
  operator = await preparing(box, { user: 'operator' });
}, IMAGE_LIMIT_MS);
afterAll(async () => {
  await operator?.[Symbol.asyncDispose]();
  await box?.[Symbol.asyncDispose]();
});

const itemOf = async (who: Preparing, id: string) =>
  (await who.plan()).assessment.find((item) => item.id === id);

describe('a bare machine', () => {
  it('is measured, and every step is said before it runs', async () => {
    const plan = await operator.plan();
    expect(plan).toMatchObject({ root: 'sudo', machine: containing('operator@127.0.0.1') });
    const items = Object.fromEntries(
      plan.assessment.map(({ id, state, measured }) => [id, [state, measured]]),
    );
    expect(items).toMatchObject({
      os: ['pass', containing('Debian GNU/Linux 12')],
      engine: ['fail', 'Not installed'],
      access: ['warn', containing('operator')],
      clock: ['pass', containing('Agrees')],
      firewall: ['warn', containing('open to the outside')],
      'log-caps': ['warn', containing('without limit')],
    });
    expect(await operator.states()).toEqual({
      ...{ swap: 'in-place', 'log-caps': 'needed', engine: 'needed', 'engine-start': 'needed' },
      ...{ access: 'needed', firewall: 'needed', updates: 'needed' },
    });
    const engine = plan.steps.find(({ id }) => id === 'engine');
    expect(engine?.reason).toContain("Docker's own repository does not answer");
    expect(engine?.commands.join('\n')).toContain('docker.io');
  });

  it('is signed in to and measured with a clock that is one hour off', async () => {
    await box.setClock(3_600);
    try {
      await using late = await preparing(box, { user: 'operator' });
      const { assessment } = await late.plan();
      expect(assessment.find(({ id }) => id === 'clock')).toMatchObject({
        state: 'warn',
        measured: containing('ahead of this machine'),
        advice: containing('timedatectl'),
      });
    } finally {
      await box.setClock(0);
    }
  });

  it('is left alone by a user without sudo, who is told why', async () => {
    await using plain = await preparing(box, { user: 'plain' });
    const { root, steps } = await plain.plan();
    expect(root).toBe('none');
    expect(new Set(steps.map(({ state }) => state))).toEqual(new Set(['in-place', 'impossible']));
    await expect(plain.run(['engine'])).rejects.toMatchObject({
      code: 'CONFLICT',
      message: containing('plain may not use sudo'),
    });
  });

  it('stops at a step that fails, with what it printed', async () => {
    await box.shell('echo nonsense > /etc/apt/sources.list.d/broken.list');
    await expect(operator.run(['engine', 'access'])).rejects.toMatchObject({
      code: 'CONFLICT',
      message: containing('broken.list'),
    });
    const records = await operator.records();
    expect(records.map(({ id, state, exitCode }) => [id, state, exitCode])).toEqual([
      ['engine', 'failed', 100],
    ]);
    expect(records[0]?.output.join('\n')).toContain('The list of sources could not be read');
    await box.shell('rm /etc/apt/sources.list.d/broken.list');
  });

  it('has an engine its user can reach once the rest has run', async () => {
    const summary = await operator.run(['log-caps', 'engine', 'engine-start', 'access', 'updates']);
    expect(summary).toContain('Install Docker Engine');
    await until('the engine answers', () =>
      operator.session.engine.ping().then(
        () => true,
        () => false,
      ),
    );
    expect((await operator.session.engine.info()).engineVersion).toMatch(/^20\.10/);
    expect(
      await box.shell('docker info --format "{{.LoggingDriver}}"; cat /etc/docker/daemon.json'),
    ).toContain('"max-size": "10m"');
    expect(await operator.states()).toMatchObject({
      ...{ swap: 'in-place', 'log-caps': 'in-place', engine: 'in-place', 'engine-start': 'in-place' },
      ...{ access: 'in-place', updates: 'in-place', firewall: 'needed' },
    });
  });
});

describe('published ports', () => {
  let address = '';
  const reached = async (port: number) => reaches(address, port);

  beforeAll(async () => {
    const session = openTestSession();
    await box.loadImage(await tinyImage(session));
    await session[Symbol.asyncDispose]();
    address = await box.address();
    const run = (ports: string) =>
      `docker run -d --restart always --stop-signal KILL ${ports} bizosaas-e2e/tiny:2 busybox httpd -f -p 8000`;
    await box.shell(`${run(`-p ${DOCKER_PORT}:8000 -p 80:8000`)}; ${run('-p 443:8000')}`);
  });

  it('take their rules back by themselves when the owner is locked out', async () => {
    await using relay = await startRelay({ to: box });
    await using locked = await preparing(box, { user: 'operator', port: relay.port, timing: REVERT });
    expect(await reached(DOCKER_PORT)).toBe(true);
    await locked.plan();
    relay.refuse();
    await expect(locked.run(['firewall'])).rejects.toMatchObject({ message: containing('took itself back') });
    await until('the port is open again', () => reached(DOCKER_PORT), 15_000);
    await relay.heal();
    expect(await locked.states()).toMatchObject({ firewall: 'needed' });
    expect(await box.shell('systemctl is-enabled bizosaas-firewall || true')).toContain('disabled');
  });

  it('are closed to the outside, all but SSH, 80 and 443', async () => {
    await operator.run(['firewall']);
    expect(await itemOf(operator, 'firewall')).toMatchObject({ state: 'pass' });
    expect(await reached(DOCKER_PORT)).toBe(false);
    for (const port of [22, 80, 443]) expect([port, await reached(port)]).toEqual([port, true]);
    expect(await box.shell('ip6tables -S DOCKER-USER')).toContain('-j BIZOSAAS-FORWARD');
    // From the machine itself and between containers everything goes on.
    const inside = `timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/${DOCKER_PORT}'`;
    expect((await box.exec(['bash', '-c', inside])).exitCode).toBe(0);
  });

  it('stay closed when the engine or the machine restarts', async () => {
    await box.restartEngine();
    await until('port 80 answers', () => reached(80));
    expect(await reached(DOCKER_PORT)).toBe(false);
    await box.reboot();
    await box.waitForEngine();
    address = await box.address();
    await until('port 80 answers', () => reached(80));
    expect(await reached(DOCKER_PORT)).toBe(false);
    expect(await reached(22)).toBe(true);
  });

  it('need nothing more, and nothing changes when all steps are asked for again', async () => {
    const before = await footprint(box);
    expect(new Set(Object.values(await operator.states()))).toEqual(new Set(['in-place']));
    expect(await operator.run([...ALL])).toBe('Everything chosen is in place.');
    expect(await footprint(box)).toBe(before);
  });

  it('are open again when the firewall is taken back', async () => {
    await operator.undo('firewall');
    expect(await reached(DOCKER_PORT)).toBe(true);
    expect(await operator.states()).toMatchObject({ firewall: 'needed' });
    expect(await box.shell('iptables -S; ip6tables -S; ls /etc/systemd/system')).not.toMatch(/bizosaas/i);
  });
});

describe('what was done', () => {
  it('is taken back step by step, and no further than to where a console began', async () => {
    await operator.undo('updates');
    await operator.undo('log-caps');
    await operator.undo('access');
    expect(await operator.states()).toMatchObject({
      ...{ updates: 'needed', 'log-caps': 'needed', access: 'needed', engine: 'in-place' },
    });
    expect((await box.exec(['ls', '/etc/docker/daemon.json'])).exitCode).not.toBe(0);
    await expect(operator.undo('updates')).rejects.toMatchObject({ code: 'CONFLICT' });
    const undone = (await operator.records()).filter(({ state }) => state === 'undone');
    expect(undone.map(({ id }) => id).sort()).toEqual(['access', 'firewall', 'log-caps', 'updates']);
  });

  it('keeps the settings the engine had, and says so when somebody changed them since', async () => {
    await box.shell(`echo '{"debug": true}' > /etc/docker/daemon.json`);
    await operator.run(['log-caps']);
    const config = JSON.parse(await box.shell('cat /etc/docker/daemon.json'));
    expect(config).toMatchObject({ debug: true, 'log-opts': { 'max-size': '10m' } });
    await box.shell('echo >> /etc/docker/daemon.json');
    await expect(operator.undo('log-caps')).rejects.toMatchObject({ message: containing('changed since') });
    await box.shell('truncate -s -1 /etc/docker/daemon.json');
    await operator.undo('log-caps');
    expect(await box.shell('cat /etc/docker/daemon.json')).toBe('{"debug": true}\n');
  });

  it('never leaves the engine down: a configuration it does not start with is put back', async () => {
    await box.shell('mkdir -p /etc/systemd/system/docker.service.d');
    const override = '[Service]\\nExecStart=\\nExecStart=/usr/sbin/dockerd --log-opt max-file=2 -H fd://\\n';
    await box.shell(
      `printf '${override}' > /etc/systemd/system/docker.service.d/x.conf; systemctl daemon-reload`,
    );
    await expect(operator.run(['log-caps'])).rejects.toMatchObject({ message: containing('put back') });
    await box.waitForEngine();
    expect(await box.shell('cat /etc/docker/daemon.json')).toBe('{"debug": true}\n');
  });
});
