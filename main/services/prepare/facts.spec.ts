import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFacts } from './facts';

const NOW = 1_700_000_000_000;
const answer = (...lines: string[]) => parseFacts(lines.join('\n'), NOW);

describe('what a machine says of itself', () => {
  it('is read with its units', () => {
    const facts = answer(
      ...['os_id=debian', 'os_version=12', 'os_name=Debian GNU/Linux 12 (bookworm)', 'architecture=x86_64'],
      ...[
        'cpus=4',
        'memory_kib=8000000',
        'swap_kib=0',
        'disk=270553174016 65784913920',
        'uid=1000',
        'user=ada',
      ],
      ...['groups=ada sudo', 'sudo=password', 'systemd=yes', 'clock=1700003600', 'ssh_port=2222'],
      ...['engine_version=20.10.24+dfsg1', 'engine_running=yes', 'daemon_config=eyJhIjoxfQ=='],
      ...['daemon_config_there=yes', 'firewall=1', 'updates=yes', 'applied=engine firewall '],
    );
    expect(facts).toMatchObject({
      ...{ osId: 'debian', osVersion: '12', cpus: 4, memoryBytes: 8_192_000_000, swapBytes: 0 },
      ...{ disk: { totalBytes: 270553174016, freeBytes: 65784913920 }, isRoot: false, sudo: 'password' },
      ...{ clockOffsetMs: 3_600_000, sshPort: 2222, engineVersion: '20.10.24+dfsg1', engineRunning: true },
      ...{ daemonConfig: '{"a":1}', firewallRules: '1', applied: ['engine', 'firewall'] },
    });
  });

  it('counts as unknown where nothing was said', () => {
    expect(answer('')).toMatchObject({
      ...{ cpus: null, memoryBytes: null, swapBytes: null, disk: null, clockOffsetMs: null, sudo: 'none' },
      ...{ engineVersion: null, composeVersion: null, daemonConfig: null, firewallRules: null, sshPort: 22 },
      ...{ groups: [], applied: [], isRoot: false, systemd: false },
    });
  });

  it('loses the greeting of a login script, and what could steer a terminal', () => {
    const facts = answer('Welcome!', '', '=', 'os_name=\u001b[31mDebian\u202e', 'cpus=2');
    expect(facts).toMatchObject({ osName: '[31mDebian', cpus: 2 });
  });

  it.each(['0', '65536', '99999999999999999999', '-1', '22; rm -rf /'])('takes no port %s', (port) => {
    expect(answer(`ssh_port=${port}`).sshPort).toBe(22);
  });

  it('never fails and never makes up a number, whatever comes', () => {
    const names = [
      'cpus',
      'memory_kib',
      'swap_kib',
      'disk',
      'clock',
      'ssh_port',
      'daemon_config',
      'sudo',
      'user',
    ];
    const line = fc.tuple(fc.constantFrom(...names), fc.string()).map(([name, text]) => `${name}=${text}`);
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => {
        const facts = answer(...lines);
        for (const value of [facts.cpus, facts.memoryBytes, facts.swapBytes])
          expect(value === null || (Number.isFinite(value) && value >= 0)).toBe(true);
        expect(facts.sshPort).toBeGreaterThan(0);
        expect(['free', 'password', 'none']).toContain(facts.sudo);
      }),
    );
  });
});
