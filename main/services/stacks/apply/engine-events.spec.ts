import { describe, expect, it, vi } from 'vitest';
import { createDeferred } from '../../../streams/deferred';
import type { EngineEvent } from '../../hosts/engine';
import { watchEngine } from './engine-events';

const event = (action: string): EngineEvent => ({
  at: 0,
  type: 'container',
  action,
  actor: 'c1',
  attributes: {},
});

/** Watches an engine that tells these events and then no more. */
async function watching(...actions: string[]) {
  const told = createDeferred<void>();
  async function* tell() {
    for (const action of actions) yield event(action);
    told.resolve();
    await new Promise(() => undefined);
  }
  const events = watchEngine({ events: tell }, vi.fn());
  await told.promise;
  return events;
}

describe('what the engine told of a container', () => {
  it.each([
    [[], false],
    [['start', 'health_status: healthy'], true],
    [['health_status: healthy', 'health_status: unhealthy'], false],
    [['health_status: healthy', 'die', 'start'], false],
  ])('%j: found healthy is %s', async (actions, healthy) => {
    const events = await watching(...actions);
    expect(events.foundHealthy('c1')).toBe(healthy);
    expect(events.foundHealthy('another')).toBe(false);
  });

  it.each([
    [['kill'], true],
    [['kill', 'die', 'start'], false],
  ])('%j: stopped from outside is %s', async (actions, stopped) => {
    expect((await watching(...actions)).stoppedFromOutside('c1')).toBe(stopped);
  });
});
