import { describe, expect, it } from 'vitest';
import type { PreparePlan, PrepareStep } from '../../../preload/contract';
import { collectingTerminal } from '../terminal.fixture';
import { assessmentText, stepProgress, stepText } from './prepare';

const step: PrepareStep = {
  ...{ id: 'firewall', title: 'Close it', state: 'needed', reason: 'It is open.' },
  ...{ commands: ['cat > x <<END\nbody\nEND', 'go'], confirm: ['check'], undo: ['back'] },
};
const plan: PreparePlan = {
  ...{ hostId: 'ssh:box', machine: 'ada@box:22', at: 0, root: 'sudo', steps: [step] },
  assessment: [
    { id: 'cpu', title: 'Processor cores', state: 'warn', measured: '2', wanted: '8', advice: 'Slower.' },
    { id: 'os', title: 'Operating system', state: 'pass', measured: 'Debian 12', wanted: '12', advice: '' },
  ],
};

describe('preparing in words', () => {
  it('shows what was found beside what is wanted, and the advice there is', () => {
    expect(assessmentText(plan, 80)).toBe(
      [
        '        ada@box:22        FOUND      WANTED',
        '▲ warn  Processor cores   2          8',
        '● pass  Operating system  Debian 12  12',
        '  Processor cores: Slower.',
      ].join('\n'),
    );
  });

  it('shows every command of a step as it runs, and none of one that does not', () => {
    expect(stepText(step).split('\n')).toEqual([
      '+ firewall: Close it (needed). It is open.',
      '    $ cat > x <<END',
      '      body',
      '      END',
      '    $ go',
      '    then, over a new connection:',
      '    $ check',
      '    can be taken back: bizosaas prepare --undo firewall',
    ]);
    expect(stepText({ ...step, state: 'in-place' })).toBe('○ firewall: Close it (in-place). It is open.');
    expect(stepText({ ...step, undo: [], confirm: [] })).toContain('can not be taken back');
  });

  it('puts lines under the title of their step', () => {
    const terminal = collectingTerminal();
    const phase = stepProgress(terminal, false);
    for (const name of ['One', 'One: a', 'One: b: c', 'Two: x', 'Two: x: d']) phase(name, null, null);
    expect(terminal.noted()).toBe('One\n  a\n  b: c\nTwo: x\n  d\n');
  });

  it('is one JSON document a line for a script', () => {
    const terminal = collectingTerminal();
    const phase = stepProgress(terminal, true);
    phase('One', 0, 1);
    phase('One: a', null, null);
    const documents = terminal
      .noted()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(documents).toEqual([
      { at: 0, step: 'One', line: null },
      { at: 0, step: 'One', line: 'a' },
    ]);
  });
});
