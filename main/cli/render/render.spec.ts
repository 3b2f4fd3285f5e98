import { describe, expect, it } from 'vitest';
import type { PlanStep, ServiceProgress, Task } from '../../../preload/contract';
import { rowSample } from '../../services/health/sample';
import { followedText } from '../commands/logs';
import { planText } from '../commands/plan';
import { datedRow, healthSentence, sinceText } from '../commands/status';
import { collectingTerminal } from '../terminal.fixture';
import { cutOffNote } from './cut-off';
import { formatElapsed } from './elapsed';
import { createProgressView, failureText } from './progress';
import { renderTable } from './table';

function progress(facts: Partial<ServiceProgress>): ServiceProgress {
  return {
    service: 'web',
    phase: 'waiting',
    detail: '',
    done: null,
    total: null,
    unit: null,
    parts: [],
    logTail: [],
    since: 0,
    ...facts,
  };
}

function task(...services: ServiceProgress[]): Task {
  return {
    id: 't',
    kind: 'apply',
    title: 'Apply shop',
    hostId: 'h',
    stackId: 's',
    startedAt: 0,
    endedAt: null,
    status: { state: 'running', phase: '', done: null, total: null, cancelling: false },
    services,
  };
}

describe('progress in a log file', () => {
  it('writes one line per change with the time the phase before took', () => {
    let now = 0;
    const terminal = collectingTerminal({ now: () => now });
    const view = createProgressView(terminal, false);
    view.update(task(progress({ phase: 'creating' })));
    view.update(task(progress({ phase: 'creating', detail: 'still' })));
    now = 2_500;
    view.update(task(progress({ phase: 'ready', detail: 'Healthy.' })));
    view.end();
    expect(terminal.noted()).toBe('web: creating\nweb: ready (after 2.5 s) — Healthy.\n');
  });

  it('writes JSON lines when asked for JSON', () => {
    const terminal = collectingTerminal();
    createProgressView(terminal, true).update(task(progress({ phase: 'pulling', done: 5 })));
    expect(JSON.parse(terminal.noted())).toMatchObject({ service: 'web', phase: 'pulling', done: 5 });
  });
});

describe('progress on a terminal', () => {
  it('draws over itself, never wider or higher than the screen', () => {
    const terminal = collectingTerminal({ live: true, columns: 30, rows: 6 });
    const view = createProgressView(terminal, false);
    const many = Array.from({ length: 20 }, (_, index) =>
      progress({ service: `service-${index}`, phase: 'pulling' }),
    );
    view.update(task(...many));
    view.end();
    const lines = terminal.noted().replace('\u001b[0J', '').trimEnd().split('\n');
    expect(lines.length).toBeLessThan(6);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(30);
  });
});

it('shows the last words of what failed and what that blocked', () => {
  const text = failureText([
    progress({ phase: 'failed', detail: 'It ended with 3.', logTail: ['boom'] }),
    progress({ service: 'later', phase: 'blocked', detail: 'web failed.' }),
    progress({ service: 'fine', phase: 'ready' }),
  ]);
  expect(text).toBe('✗ web failed: It ended with 3.\n    boom\n■ later blocked: web failed.');
});

it.each([
  [400, '0.4 s'],
  [12_300, '12 s'],
  [185_000, '3 min 5 s'],
  [7_800_000, '2 h 10 min'],
  [356_400_000, '4 d 3 h'],
])('%d ms are %s', (milliseconds, text) => expect(formatElapsed(milliseconds)).toBe(text));

it('pads columns and cuts the line', () => {
  expect(renderTable(['A', 'LONG'], [['value', 'x'.repeat(20)]], 12)).toBe(`A      LONG\nvalue  xxxx…`);
});

it('counts jobs and companions apart from services', () => {
  const healthy = (unit: 'service' | 'companion', count: number) =>
    Array.from({ length: count }, () => ({ unit, state: 'healthy' as const }));
  const job = { unit: 'job' as const, state: 'completed' as const };
  expect(healthSentence([...healthy('service', 16), job, job])).toBe(
    '16 of 16 services healthy, 2 jobs completed',
  );
  expect(
    healthSentence([
      ...healthy('service', 1),
      { unit: 'service', state: 'lying' },
      ...healthy('companion', 3),
    ]),
  ).toBe('1 of 2 services healthy, 3 of 3 companions');
  expect(healthSentence([{ unit: 'service', state: 'absent' }, job, { unit: 'job', state: 'absent' }])).toBe(
    '0 of 1 service healthy, 1 of 2 jobs completed',
  );
});

it('does not call the moment of the look the beginning of a state', () => {
  expect(sinceText(60_000, { now: 180_000, asked: 179_000 })).toBe('2 min 0 s');
  expect(sinceText(179_500, { now: 180_000, asked: 179_000 })).toBe('–');
});

it('tells a script of no beginning that it does not know', () => {
  const row = rowSample('web', 'healthy');
  const { since } = row.verdict;
  expect(datedRow(row, since + 1)).toEqual(row);
  expect(datedRow(row, since).verdict).toEqual({ ...row.verdict, since: null });
});

describe('a change that was cut off', () => {
  const unfinished = {
    ...{ journalId: 'j', change: 'apply' as const, startedAt: 1_000, phase: 'Pulling' },
    ...{ doneSteps: 2, totalSteps: 9 },
  };

  it('is named with what goes on with it', () => {
    expect(cutOffNote(unfinished, 4_000)).toBe(
      'An apply begun 3.0 s ago was cut off; 2 of 9 steps were done. "bizosaas up" goes on with it; the window can also undo it.\n',
    );
    expect(cutOffNote({ ...unfinished, change: 'remove' }, 4_000)).toMatch(
      /^A removal begun .* "bizosaas down" goes on with it\.\n$/,
    );
    expect(cutOffNote({ ...unfinished, change: 'restart' }, 4_000)).toContain('"bizosaas restart" goes on');
  });

  it('is not spoken of where there is none', () => {
    expect(cutOffNote(null, 0)).toBe('');
  });
});

it('writes followed lines as JSON, one document each, when asked for JSON', () => {
  const line = { service: 'web', at: 0, stream: 'stdout' as const, text: 'up' };
  expect(JSON.parse(followedText(line, { services: ['web', 'db'], json: true }))).toEqual(line);
  expect(followedText(line, { services: ['web', 'db'], json: false })).toBe(
    'web 1970-01-01T00:00:00.000Z up',
  );
});

describe('a plan', () => {
  const step = (action: PlanStep['action'], destructive: boolean): PlanStep => ({
    ...{
      id: action,
      action,
      target: 'shop-web-1',
      service: 'web',
      reason: 'Changed.',
      changes: [],
      after: [],
    },
    destructive,
  });
  it('calls what is lost destructive, and not a container that is made anew', () => {
    const plan = { project: 'shop', changed: true, warnings: [] };
    const anew = planText({ ...plan, steps: [step('recreate-container', true)] });
    expect(anew).toContain('\nshop: 1 step, 0 kept.');
    const lost = planText({
      ...plan,
      steps: [step('recreate-container', true), step('remove-container', true)],
    });
    expect(lost).toContain('\nshop: 2 steps, 1 destructive, 0 kept.');
  });
});
