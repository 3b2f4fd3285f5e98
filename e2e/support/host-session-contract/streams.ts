import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { EngineEvent, RawLogLine } from '../../../main/services/hosts/engine';
import { until } from '../until';
import { collect, type Ground } from './ground';

export function describeStreams(ground: () => Ground): void {
  const all = { follow: false, tail: 'all' } as const;
  describe('logs and events', () => {
    it('reads lines of both outputs with their time', async () => {
      const { engine, run } = ground();
      const { id } = await run(['sh', '-c', 'echo one; echo two >&2; printf "three ä"']);
      await engine.waitContainer(id);
      const lines = await collect(engine.logs(id, all));
      expect(lines.map(({ stream, text: said }) => `${stream} ${said}`).sort()).toEqual([
        'stderr two',
        'stdout one',
        'stdout three ä',
      ]);
      for (const line of lines) expect(Math.abs(Date.now() - line.at)).toBeLessThan(60_000);
      expect(await collect(engine.logs(id, { follow: false, tail: 1 }))).toHaveLength(1);
    });
    it('puts lines over 16 KiB together again', async () => {
      const { engine, run } = ground();
      const { id } = await run(['sh', '-c', 'head -c 50000 /dev/zero | tr "\\0" x; echo; echo end']);
      await engine.waitContainer(id);
      const lines = await collect(engine.logs(id, all));
      expect(lines.map((line) => line.text.length)).toEqual([50_000, 3]);
    });
    it('reads the log of a container with a terminal', async () => {
      const { engine, run } = ground();
      const { id } = await run(['sh', '-c', 'echo a; echo b'], { Tty: true });
      await engine.waitContainer(id);
      const lines = await collect(engine.logs(id, all));
      expect(lines.map((line) => line.text)).toEqual(['a', 'b']);
      expect(lines.every((line) => line.at > 0)).toBe(true);
    });
    it('follows until the container ends', async () => {
      const { engine, run } = ground();
      const { id } = await run(['sh', '-c', 'for i in 1 2 3; do echo $i; sleep 0.2; done']);
      const lines = await collect(engine.logs(id, { follow: true, tail: 'all' }));
      expect(lines.map((line) => line.text)).toEqual(['1', '2', '3']);
      const since = lines[1]?.stamp ?? '';
      const resumed = await collect(engine.logs(id, { follow: false, tail: 'all', since }));
      expect(resumed.map((line) => line.text)).toEqual(['2', '3']);
    });
    it('lets go when the reader leaves or cancels, and refuses a missing container', async () => {
      const { engine, run } = ground();
      const { id } = await run(['sh', '-c', 'while true; do echo tick; sleep 0.1; done']);
      for await (const line of engine.logs(id, { follow: true, tail: 'all' })) {
        expect(line.text).toBe('tick');
        break;
      }
      const cancel = new AbortController();
      const seen: RawLogLine[] = [];
      for await (const line of engine.logs(id, { follow: true, tail: 'all' }, cancel.signal)) {
        seen.push(line);
        cancel.abort();
      }
      expect(seen.length).toBeGreaterThan(0);
      const missing = collect(engine.logs('no-such-container', all));
      await expect(missing).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
    it('tells events as they happen and what was missed', async () => {
      const { engine, run } = ground();
      const cancel = new AbortController();
      const seen: EngineEvent[] = [];
      const following = (async () => {
        for await (const event of engine.events({}, cancel.signal)) seen.push(event);
      })();
      const before = Date.now();
      const has = (id: string, action: string) =>
        seen.some((event) => event.type === 'container' && event.actor === id && event.action === action);
      // The subscription is known to be open once something was seen.
      let id = '';
      await until('an event arrives', async () => {
        id = (await run(['true'])).id;
        await sleep(100);
        return has(id, 'start');
      });
      await until('the end is seen', () => has(id, 'die'));
      cancel.abort();
      await following;
      const late = new AbortController();
      for await (const event of engine.events({ since: before - 1 }, late.signal)) {
        expect(event.at).toBeGreaterThanOrEqual(before - 1);
        late.abort();
      }
    });
    it('ends a look at past events by itself', async () => {
      const { engine, run } = ground();
      const before = Date.now();
      const { id } = await run(['true']);
      const options = { since: before - 1, until: Date.now() + 200, actions: ['create'] };
      const past = await collect(engine.events(options, AbortSignal.timeout(5_000)));
      expect(past.map((event) => event.actor)).toContain(id);
      expect(new Set(past.map((event) => event.action))).toEqual(new Set(['create']));
    });
  });
}
