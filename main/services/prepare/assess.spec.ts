import { describe, expect, it } from 'vitest';
import type { AssessmentItem } from '../../../preload/contract';
import { assess } from './assess';
import type { MachineFacts } from './facts';
import { bareMachine, preparedMachine } from './facts.fixture';

const itemOf = (id: AssessmentItem['id'], facts: MachineFacts) =>
  assess(facts).find((item) => item.id === id);

type Case = [AssessmentItem['id'], AssessmentItem['state'], Partial<MachineFacts>, string];
const cases: Case[] = [
  ['os', 'pass', { osId: 'ubuntu', osVersion: '22.04', osName: 'Ubuntu 22.04.4 LTS' }, 'Ubuntu 22.04'],
  ['os', 'fail', { osId: 'ubuntu', osVersion: '20.04', osName: 'Ubuntu 20.04' }, 'Ubuntu 20.04'],
  ['os', 'fail', { osId: 'fedora', osVersion: '40', osName: '' }, 'Unknown'],
  ['architecture', 'pass', { architecture: 'aarch64' }, 'aarch64'],
  ['architecture', 'fail', { architecture: 'riscv64' }, 'riscv64'],
  ['cpu', 'pass', { cpus: 8 }, '8'],
  ['cpu', 'warn', { cpus: 2 }, '2'],
  ['cpu', 'unknown', { cpus: null }, 'Could not be read'],
  ['memory', 'pass', { memoryBytes: 15.6e9 }, 'GiB'],
  ['memory', 'warn', { memoryBytes: 8e9 }, '7.5 GiB'],
  ['memory', 'fail', { memoryBytes: 2e9 }, '1.9 GiB'],
  ['memory', 'unknown', { memoryBytes: null }, 'Could not be read'],
  ['disk', 'pass', { disk: { totalBytes: 195e9, freeBytes: 150e9 } }, 'free'],
  ['disk', 'warn', { disk: { totalBytes: 80e9, freeBytes: 70e9 } }, 'free'],
  ['disk', 'fail', { disk: { totalBytes: 500e9, freeBytes: 5e9 } }, '4.7 GiB free'],
  ['disk', 'unknown', { disk: null }, 'Could not be read'],
  ['swap', 'pass', {}, 'memory is enough'],
  ['swap', 'pass', { memoryBytes: 4e9, swapBytes: 4 * 1024 ** 3 }, '4 GiB'],
  ['swap', 'warn', { memoryBytes: 4e9 }, '0 B'],
  ['swap', 'unknown', { memoryBytes: null }, 'Could not be read'],
  ['engine', 'pass', { engineVersion: '26.1.5+dfsg1', engineRunning: true }, '26.1.5'],
  ['engine', 'warn', { engineVersion: '20.10.24', engineRunning: true }, '20.10.24, running'],
  ['engine', 'fail', { engineVersion: '19.03.15', engineRunning: true }, '19.03'],
  ['engine', 'fail', { engineVersion: '26.1.5' }, 'not running'],
  ['engine', 'fail', {}, 'Not installed'],
  ['engine', 'unknown', { engineVersion: 'unknown', engineRunning: true }, 'could not be read'],
  ['compose', 'pass', { composeVersion: 'v2.26.1' }, '2.26.1'],
  ['compose', 'warn', { composeVersion: '1.29.2' }, '1.29.2'],
  ['compose', 'warn', {}, 'Not installed'],
  ['access', 'pass', { isRoot: true }, 'root'],
  ['access', 'pass', { groups: ['docker'] }, 'in the group docker'],
  ['access', 'warn', {}, 'not in the group docker'],
  ['access', 'fail', { sudo: 'none' }, 'nor allowed to use sudo'],
  ['clock', 'pass', { clockOffsetMs: -29_000 }, 'Agrees'],
  ['clock', 'warn', { clockOffsetMs: 3_600_000 }, '60 min ahead of'],
  ['clock', 'warn', { clockOffsetMs: -3_600_000 }, '60 min behind'],
  ['clock', 'unknown', { clockOffsetMs: null }, 'Could not be read'],
  ['firewall', 'pass', { firewallRules: '1' }, 'active'],
  ['firewall', 'warn', { firewallRules: '0' }, 'newer'],
  ['firewall', 'warn', {}, 'open to the outside'],
  ['updates', 'pass', { unattendedUpgrades: true }, 'on'],
  ['updates', 'warn', {}, 'Not automatic'],
  ['log-caps', 'pass', { daemonConfig: '{"log-driver":"local"}' }, 'Limited'],
  ['log-caps', 'warn', {}, 'without limit'],
];

describe('the assessment of a machine', () => {
  it.each(cases)('says of %s: %s', (id, state, facts, words) => {
    const item = itemOf(id, bareMachine(facts));
    expect(item).toMatchObject({ state });
    expect(item?.measured).toContain(words);
  });

  it('advises wherever something falls short, and only there', () => {
    for (const facts of [bareMachine({ cpus: 1, memoryBytes: 1e9, sudo: 'none' }), preparedMachine()])
      for (const { state, advice } of assess(facts))
        expect(advice === '').toBe(state === 'pass' || state === 'unknown');
  });

  it('passes a prepared machine in everything', () => {
    expect(assess(preparedMachine()).filter(({ state }) => state !== 'pass')).toEqual([]);
  });
});
