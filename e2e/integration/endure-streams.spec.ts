/** Thirty services behind one link with the server's default limits: one handshake, few sessions, and logs that lose nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEventLog } from '../../main/services/containers/event-log';
import { followLogs } from '../../main/services/containers/logs';
import type { LinkReport, LogLine } from '../../preload/contract';
import { type Bench, openHealthBench, type Unit, well } from '../support/health-bench';
import { until } from '../support/until';
import { type FarEngine, farEngine } from './endure-fixture';

const SERVICES = 30;
const FOLLOWED = 5;
/** OpenSSH's own default, which the test's server has. */
const MAX_SESSIONS = 10;
const LOOK_MS = 4_000;
const CUTS = 3;
const LAST = `service-${SERVICES - 1}`;

const probe = { kind: 'http', port: 8080, path: '/health', timeoutSeconds: 5, intervalSeconds: 2 };
const counting = 'i=0; while :; do i=$((i+1)); echo line $i; usleep 20000; done';
const serving = `echo '${JSON.stringify(well)}' > /www/health; httpd -p 8080 -h /www`;
const names = Array.from({ length: SERVICES }, (_, index) => `service-${index}`);
const command = (index: number) => [
  'sh',
  '-c',
  `${serving}; ${index < FOLLOWED ? counting : 'exec sleep 600'}`,
];

let far: FarEngine;
let bench: Bench;
let last = '';
beforeAll(async () => {
  far = await farEngine();
  const units = names.map((name, index): [string, Unit] => [name, { probe, command: command(index) }]);
  bench = await openHealthBench(Object.fromEntries(units), undefined, far.session);
  const ids = await Promise.all(units.map(([name, unit]) => bench.start(name, unit)));
  last = ids.at(-1) ?? '';
});
afterAll(async () => {
  await bench.dispose();
  await far[Symbol.asyncDispose]();
});

function follow(service: string, signal: AbortSignal) {
  const lines: LogLine[] = [];
  const source = { session: async () => far.session, project: bench.project, service };
  const read = async () => {
    for await (const batch of followLogs(source, 10_000, signal)) lines.push(...batch.lines);
  };
  return { lines, done: read() };
}

const isComplete = (lines: LogLine[]) => lines.every(({ text }, index) => text === `line ${index + 1}`);

describe('thirty services behind one link', () => {
  it('are watched over one handshake and within the default limits of the server', async () => {
    const stop = new AbortController();
    const logs = names.slice(0, FOLLOWED).map((name) => follow(name, stop.signal));
    const events = createEventLog({ session: async () => far.session, now: Date.now });
    const healthy = () => names.every((name) => bench.row(name)?.verdict.state === 'healthy');
    await until('all are healthy', healthy, 60_000);
    await until('all are measured', () => names.every((name) => bench.row(name)?.usage != null), 20_000);
    const most = { engine: 0, programs: 0, forwards: 0 };
    const begun = Date.now();
    await until('a while has passed', () => {
      note(most, far.session.link.report());
      return Date.now() - begun > LOOK_MS;
    });
    await bench.session.engine.stopContainer(last, 0);
    await until('its end is among the events', async () =>
      (await events.of(bench.project, LAST)).some(({ action }) => action === 'die'),
    );
    await bench.session.engine.startContainer(last);
    expect(most.programs).toBeLessThan(MAX_SESSIONS);
    expect(most.engine).toBeGreaterThan(FOLLOWED);
    expect(far.session.link.report().handshakes).toBe(1);
    expect(far.sshd.counts).toMatchObject({ connections: 1, signIns: 1 });
    expect(far.sshd.log.count(/no more sessions|open failed|refused/i)).toBe(0);
    expect(far.sshd.log.count(/Starting session/)).toBeLessThan(MAX_SESSIONS);
    events.stop();
    stop.abort();
    await Promise.all(logs.map(({ done }) => done));
  });

  it('are followed over cuts of the link with no line lost or shown twice', async () => {
    const stop = new AbortController();
    const logs = names.slice(0, FOLLOWED).map((name) => follow(name, stop.signal));
    for (let cut = 0; cut < CUTS; cut += 1) {
      const before = logs.map(({ lines }) => lines.length);
      await until('lines come', () =>
        logs.every(({ lines }, index) => lines.length > (before[index] ?? 0) + 20),
      );
      far.relay.cut();
    }
    const before = logs.map(({ lines }) => lines.length);
    await until('lines come again', () =>
      logs.every(({ lines }, index) => lines.length > (before[index] ?? 0)),
    );
    stop.abort();
    await Promise.all(logs.map(({ done }) => done));
    for (const { lines } of logs) expect(isComplete(lines)).toBe(true);
  });

  it('say where lines are missing when the engine rotated a log meanwhile', async () => {
    const burst =
      'echo first; until [ -e /go ]; do usleep 20000; done; i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo burst $i; done; sleep 600';
    const small = { Type: 'json-file', Config: { 'max-size': '10k', 'max-file': '1' } };
    const unit = { command: ['sh', '-c', burst], hostConfig: { LogConfig: small } };
    const id = await bench.start('rotated', unit);
    const stop = new AbortController();
    const { lines, done } = follow('rotated', stop.signal);
    await until('the first line comes', () => lines.length === 1);
    far.sever();
    await bench.session.engine.exec(id, ['touch', '/go']);
    const isOver = async () => {
      const tail: string[] = [];
      for await (const { text } of bench.session.engine.logs(id, { follow: false, tail: 1 })) tail.push(text);
      return tail[0] === 'burst 3000';
    };
    await until('the burst is over', isOver);
    await far.relay.heal();
    await until('the last line comes', () => lines.at(-1)?.text === 'burst 3000');
    stop.abort();
    await done;
    expect(lines.map(({ gap }) => gap ?? false).slice(0, 3)).toEqual([false, true, false]);
    expect(lines.filter(({ gap }) => gap)).toHaveLength(1);
    expect(lines[1]?.text).toMatch(/^Lines between \S+ and \S+ are missing/);
  });
});

function note(most: Record<'engine' | 'programs' | 'forwards', number>, { channels }: LinkReport): void {
  for (const kind of ['engine', 'programs', 'forwards'] as const)
    most[kind] = Math.max(most[kind], channels[kind]);
}
