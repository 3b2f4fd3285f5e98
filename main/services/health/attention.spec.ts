import { describe, expect, it } from 'vitest';
import type { ServiceRow } from '../../../preload/contract';
import { type AttentionInput, deriveAttention } from './attention';
import { NOW, rowSample as row } from './sample';
import { nothingUnderWay } from './under-way';

const input = (rows: ServiceRow[], over: Partial<AttentionInput> = {}): AttentionInput => ({
  ...{ now: NOW, rows, dependsOn: new Map(), engineLost: null, stack: null, lock: null },
  underWay: nothingUnderWay,
  ...over,
});
const sentences = (rows: ServiceRow[], over: Partial<AttentionInput> = {}) =>
  deriveAttention(input(rows, over)).map((item) => item.sentence);

describe('attention', () => {
  it('says nothing of what is well, and nothing of a stack that is not up', () => {
    expect(
      sentences([row('a', 'healthy'), row('b', 'completed', { unit: 'job' }), row('c', 'listening')]),
    ).toEqual([]);
    expect(sentences([row('a', 'absent'), row('b', 'absent')])).toEqual([]);
    expect(sentences([row('a', 'stopped'), row('b', 'stopped')])).toEqual([]);
  });

  it('names the worst first, with cause, limit and age', () => {
    const oom = row(
      'agents',
      'oom-killed',
      { title: 'AI agents', lastOomAt: NOW - 12_000 },
      'was killed for exceeding its memory limit of 128 MiB; it stays down until started',
    );
    const rows = [
      row('d', 'degraded'),
      row('w', 'lying', { title: 'Wagtail' }, 'answers 200 but reports database: down'),
      oom,
      row('x', 'healthy'),
    ];
    expect(sentences(rows)).toEqual([
      'AI agents was killed for exceeding its memory limit of 128 MiB 10 s ago; it stays down until started.',
      'Wagtail answers 200 but reports database: down.',
      'd is degraded.',
    ]);
  });

  it('tells a fault upstream once, with the number of services it takes along', () => {
    const rows = [
      row('postgres', 'unhealthy', { side: 'data', title: 'PostgreSQL' }),
      row('hub', 'lying'),
      row('portal', 'unhealthy'),
      row('agents', 'oom-killed'),
    ];
    const dependsOn = new Map([
      ['hub', ['postgres']],
      ['portal', ['hub']],
      ['agents', ['postgres']],
    ]);
    expect(sentences(rows, { dependsOn })).toEqual([
      expect.stringMatching(/^agents is oom-killed/),
      'PostgreSQL is unhealthy; 3 services depend on it.',
    ]);
  });

  it('does not blame a crash on a service that is no data store', () => {
    const rows = [row('hub', 'crash-looping'), row('agents', 'crash-looping')];
    expect(sentences(rows, { dependsOn: new Map([['agents', ['hub']]]) })).toHaveLength(2);
  });

  it('survives services that need each other', () => {
    const dependsOn = new Map([
      ['a', ['b']],
      ['b', ['a']],
    ]);
    expect(sentences([row('a', 'failed'), row('b', 'failed')], { dependsOn })).toHaveLength(2);
  });

  it('gathers what is missing beside what is up', () => {
    expect(sentences([row('a', 'healthy'), ...['b', 'c', 'd', 'e'].map((id) => row(id, 'absent'))])).toEqual([
      'b, c, d and 1 more have no container yet.',
    ]);
  });

  it('shows only the engine while the engine is lost', () => {
    const items = deriveAttention(input([row('a', 'unknown')], { engineLost: { since: 5, host: 'local' } }));
    expect(items).toMatchObject([{ id: 'engine', severity: 'critical', since: 5, actions: ['open-hosts'] }]);
  });

  it('offers to continue an apply that ended early, but not while somebody applies', () => {
    const unfinished = { journalId: 'j', startedAt: 1, phase: 'create', doneSteps: 2, totalSteps: 9 };
    const stack = { title: 'Sandbox', unfinished };
    const lock = { owner: 'ann@desk', since: 1, lastBeatAt: NOW - 300_000, stale: true };
    expect(deriveAttention(input([], { stack }))).toMatchObject([
      { id: 'apply', actions: ['continue-apply', 'undo-apply'] },
    ]);
    expect(sentences([], { stack, lock })).toContain(
      'ann@desk holds the apply lock and gave its last sign of life 5 min ago.',
    );
    expect(sentences([], { stack, lock: { ...lock, stale: false } })).toEqual([]);
  });

  it('sends an interrupted removal to where it is confirmed, and continues a restart at once', () => {
    const unfinished = { journalId: 'j', startedAt: 1, phase: 'x', doneSteps: 2, totalSteps: 3 };
    const told = (change: 'remove' | 'restart') =>
      deriveAttention(input([], { stack: { title: 'Sandbox', unfinished: { ...unfinished, change } } }));
    expect(told('remove')).toMatchObject([
      { sentence: 'A removal of Sandbox ended early: 2 of 3 steps are done.', actions: ['open-deploy'] },
    ]);
    expect(told('restart')).toMatchObject([
      { sentence: 'A restart of Sandbox ended early: 2 of 3 steps are done.', actions: ['continue-apply'] },
    ]);
  });

  it('waits with what still has its turn in a running task, but never with a fault of its own', () => {
    const underWay = { changesStack: true, concerns: (service: string) => service !== 'mine' };
    const rows = [
      row('up', 'healthy'),
      row('created', 'stopped'),
      row('not yet', 'absent'),
      row('slow', 'unhealthy'),
      row('mine', 'stopped'),
      ...(['oom-killed', 'crash-looping', 'lying', 'foreign'] as const).map((state) => row(state, state)),
    ];
    expect(deriveAttention(input(rows, { underWay })).map((item) => item.service)).toEqual([
      'oom-killed',
      'crash-looping',
      'lying',
      'foreign',
      'mine',
    ]);
  });

  it('offers to continue no apply that this console is just carrying on', () => {
    const unfinished = { journalId: 'j', startedAt: 1, phase: 'create', doneSteps: 2, totalSteps: 9 };
    const underWay = { ...nothingUnderWay, changesStack: true };
    expect(sentences([], { stack: { title: 'Sandbox', unfinished }, underWay })).toEqual([]);
  });
});
