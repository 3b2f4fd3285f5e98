/** For specs: a machine as one would rent it, bare. */
import type { MachineFacts } from './facts';

export function bareMachine(change: Partial<MachineFacts> = {}): MachineFacts {
  return {
    ...{ osId: 'debian', osVersion: '12', osName: 'Debian GNU/Linux 12 (bookworm)', architecture: 'x86_64' },
    ...{ cpus: 8, memoryBytes: 16.7e9, swapBytes: 0, disk: { totalBytes: 200e9, freeBytes: 190e9 } },
    ...{
      user: 'ada',
      isRoot: false,
      groups: ['ada', 'sudo'],
      sudo: 'free',
      systemd: true,
      clockOffsetMs: 200,
    },
    ...{ engineVersion: null, engineRunning: false, composeVersion: null, dockerRepository: false },
    ...{ daemonConfig: null, ufwActive: false, firewallRules: null, unattendedUpgrades: false },
    ...{ sshPort: 22, applied: [] },
    ...change,
  };
}

export function preparedMachine(change: Partial<MachineFacts> = {}): MachineFacts {
  return bareMachine({
    ...{
      engineVersion: '26.1.5+dfsg1',
      engineRunning: true,
      composeVersion: '2.26.1',
      groups: ['ada', 'docker'],
    },
    ...{ daemonConfig: '{"log-opts":{"max-size":"10m"}}', firewallRules: '1', unattendedUpgrades: true },
    ...change,
  });
}
