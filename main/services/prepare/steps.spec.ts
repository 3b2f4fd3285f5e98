import { describe, expect, it } from 'vitest';
import type { PrepareStep } from '../../../preload/contract';
import type { MachineFacts } from './facts';
import { bareMachine, preparedMachine } from './facts.fixture';
import { planSteps, rootOf } from './steps';

const statesOf = (facts: MachineFacts) =>
  Object.fromEntries(planSteps(facts).map(({ id, state }) => [id, state]));

function stepOf(id: PrepareStep['id'], change: Partial<MachineFacts> = {}): PrepareStep {
  const step = planSteps(bareMachine(change)).find((one) => one.id === id);
  if (!step) throw new Error(`no step ${id}`);
  return step;
}

describe('the plan for a machine', () => {
  it('needs everything on a bare one, in the order it runs', () => {
    const steps = planSteps(bareMachine({ memoryBytes: 4e9 }));
    expect(steps.map(({ id }) => id)).toEqual([
      ...['swap', 'log-caps', 'engine', 'engine-start', 'access', 'firewall', 'updates'],
    ]);
    expect(new Set(steps.map(({ state }) => state))).toEqual(new Set(['needed']));
  });

  it('needs nothing on a prepared one', () => {
    expect(new Set(Object.values(statesOf(preparedMachine())))).toEqual(new Set(['in-place']));
  });

  it('offers to take back only what a console put there', () => {
    const own = planSteps(preparedMachine({ applied: ['firewall', 'engine'] }));
    expect(own.filter(({ undo }) => undo.length > 0).map(({ id }) => id)).toEqual(['firewall']);
  });

  it.each([
    [{ sudo: 'none' as const }, 'ada may not use sudo'],
    [{ osId: 'alpine', osVersion: '3.20', osName: 'Alpine' }, 'Alpine is neither Debian 12'],
  ])('is impossible with %o, with the reason', (change, reason) => {
    for (const step of planSteps(bareMachine(change)).filter(({ state }) => state !== 'in-place')) {
      expect(step.state).toBe('impossible');
      expect(step.reason).toContain(reason);
    }
  });

  it('says what stands in the way of single steps', () => {
    expect(stepOf('log-caps', { daemonConfig: '{' })).toMatchObject({ state: 'impossible' });
    expect(stepOf('firewall', { systemd: false })).toMatchObject({ state: 'impossible' });
    const tight = { memoryBytes: 2e9, disk: { totalBytes: 10e9, freeBytes: 6e9 } };
    expect(stepOf('swap', tight).reason).toContain('of the disk are free');
    expect(stepOf('swap', { ...tight, disk: null })).toMatchObject({ state: 'needed' });
  });

  it("takes the engine from Docker's repository where it answers, and says which it is", () => {
    const own = stepOf('engine', { dockerRepository: true, osId: 'ubuntu', osVersion: '24.04' });
    expect(own.title).toContain("Docker's own repository");
    expect(own.commands.join('\n')).toContain('https://download.docker.com/linux/ubuntu');
    expect(own.commands.join('\n')).toContain('docker-ce');
    const other = stepOf('engine');
    expect(other.title).toContain("distribution's package");
    expect(other.commands.join('\n')).not.toContain('download.docker.com');
  });

  it('quotes a user of any name', () => {
    const { commands, undo } = stepOf('access', { user: `o'dd; reboot` });
    expect(commands.join('\n')).toContain(`usermod -aG docker 'o'\\''dd; reboot'`);
    expect(undo.join('\n')).toContain(`gpasswd --delete 'o'\\''dd; reboot' docker`);
  });

  it('keeps the port open at which SSH was reached, and 22', () => {
    expect(stepOf('firewall', { sshPort: 2222 }).commands.join('\n')).toContain(
      'for port in 22 2222 80 443;',
    );
    const beside = stepOf('firewall', { ufwActive: true, sshPort: 2222 }).commands;
    expect(beside).toContain('ufw allow 2222/tcp');
    expect(beside.join('\n')).toContain(': ufw guards the machine itself');
  });

  it('restarts a running engine for new limits and says so, and leaves a missing one alone', () => {
    const running = stepOf('log-caps', { engineVersion: '26.1', engineRunning: true });
    expect(running.title).toContain('the engine restarts');
    expect(running.commands.join('\n')).toContain('systemctl restart docker');
    expect(stepOf('log-caps').commands.join('\n')).not.toContain('systemctl restart');
  });

  it('adds swap in a way that can be cut off at any point', () => {
    const { commands, undo } = stepOf('swap', { memoryBytes: 4e9, swapBytes: 0 });
    expect(commands.join('\n')).toContain('mv /swapfile.bizosaas.new /swapfile.bizosaas');
    expect(undo.join('\n')).toContain('swapoff /swapfile.bizosaas');
  });

  it('knows how it becomes root', () => {
    expect(rootOf(bareMachine({ isRoot: true, sudo: 'none' }))).toBe('root');
    expect(rootOf(bareMachine())).toBe('sudo');
    expect(rootOf(bareMachine({ sudo: 'password' }))).toBe('sudo-password');
    expect(rootOf(bareMachine({ sudo: 'none' }))).toBe('none');
  });
});
