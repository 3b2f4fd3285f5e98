import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../hosts/engine';
import { type ContainerHistory, noHistory, recordEvent, recordRestartCount } from './history';

const event = (action: string, at: number, attributes: Record<string, string> = {}): EngineEvent => ({
  ...{ at, type: 'container', action, actor: 'c', attributes },
});
const historyOf = (...events: EngineEvent[]): ContainerHistory => events.reduce(recordEvent, noHistory);

describe('the history of a container', () => {
  it('counts ends nobody asked for', () => {
    const crashed = historyOf(
      event('start', 1),
      event('die', 2, { exitCode: '3' }),
      event('start', 3),
      event('die', 4, { exitCode: '5' }),
    );
    expect(crashed.exits).toEqual([
      { at: 2, exitCode: 3 },
      { at: 4, exitCode: 5 },
    ]);
  });

  it('does not count a stop, whatever its exit code', () => {
    const stopped = historyOf(
      event('kill', 1, { signal: '15' }),
      event('die', 2, { exitCode: '1' }),
      event('stop', 3),
    );
    expect(stopped).toMatchObject({ exits: [], stopRequested: true });
  });

  it('counts a crash long after a signal that only reloads', () => {
    const crashed = historyOf(event('kill', 1, { signal: '1' }), event('die', 2, { exitCode: '1' }));
    expect(crashed.exits).toHaveLength(1);
  });

  it('forgives on a restart by hand, seen as event or as the engine counting from zero', () => {
    const bad = historyOf(event('oom', 1), event('die', 2, { exitCode: '137' }));
    expect(recordEvent(bad, event('restart', 3))).toMatchObject({ exits: [], oomAt: null });
    const counted = recordRestartCount(bad, 4);
    expect(counted.exits).toHaveLength(1);
    expect(recordRestartCount(counted, 0)).toMatchObject({ exits: [], oomAt: null, restartCount: 0 });
  });

  it('keeps the fault when the engine itself starts it again', () => {
    expect(historyOf(event('oom', 1), event('die', 2, { exitCode: '137' }), event('start', 3))).toMatchObject(
      {
        oomAt: 1,
      },
    );
  });

  it('keeps ten minutes', () => {
    const long = historyOf(
      ...Array.from({ length: 30 }, (_, minute) => event('die', minute * 60_000, { exitCode: '1' })),
    );
    expect(long.exits).toHaveLength(10);
  });
});
