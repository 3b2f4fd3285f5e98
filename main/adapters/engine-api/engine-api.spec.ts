import { describe, expect, it } from 'vitest';
import { classicStep } from './build';
import { chooseVersion } from './client';
import { createContainerNames } from './container-names';
import { stopLimitMs } from './containers';
import { splitReference } from './images';
import { statsSchema } from './schemas';
import { toSample } from './stats';
import { stampToEngineTime, toEngineTime } from './streams';
import { firstFileOf } from './tar';

describe('version', () => {
  it('takes the older of both, compared as numbers', () => {
    expect(chooseVersion('1.41')).toBe('1.41');
    expect(chooseVersion('1.9')).toBe('1.9');
    expect(chooseVersion('1.52')).toBe('1.47');
  });
});

describe('the limit of a stop', () => {
  it.each([
    [10, 40_000],
    [60, 90_000],
    [0, 30_000],
    [-1, null],
  ])('leaves the engine its %d s of grace', (seconds, limit) => expect(stopLimitMs(seconds)).toBe(limit));
});

describe('names of containers', () => {
  const id = 'ab'.repeat(32);
  it('are the short id until they are known, and after the container is gone', () => {
    const names = createContainerNames();
    expect([names.of(id), names.of('web-1')]).toEqual(['abababababab', 'web-1']);
    names.learn(id, 'web-1');
    names.learn('web-1', 'web-1.old');
    expect([names.of(id), names.of('web-1')]).toEqual(['web-1', 'web-1']);
    names.forget(id);
    expect(names.of(id)).toBe('abababababab');
  });
  it('stay within bounds, the longest unseen leaving first', () => {
    const names = createContainerNames();
    const ids = Array.from({ length: 4001 }, (_, index) => index.toString(16).padStart(64, '0'));
    for (const each of ids) names.learn(each, `name of ${each}`);
    expect(names.of(ids[0] ?? '')).toBe('000000000000');
    expect(names.of(ids[1] ?? '')).toBe(`name of ${ids[1]}`);
  });
});

describe('image reference', () => {
  it.each([
    ['redis', 'redis', 'latest'],
    ['ghcr.io/a/b:1.2', 'ghcr.io/a/b', '1.2'],
    ['localhost:5000/a', 'localhost:5000/a', 'latest'],
    ['a@sha256:0f', 'a', 'sha256:0f'],
  ])('splits %s', (reference, name, tag) => {
    expect(splitReference(reference)).toEqual({ name, tag });
  });
});

describe('times for the engine', () => {
  it('keeps nanoseconds', () => {
    expect(stampToEngineTime('2026-11-23T06:27:42.123456789Z')).toBe('1795415262.123456789');
    expect(stampToEngineTime('2026-11-23T06:27:42+01:00')).toBe('1795411662.000000000');
    expect(stampToEngineTime('1795415262.5')).toBe('1795415262.5');
    expect(toEngineTime(1_795_415_262_250)).toBe('1795415262.250000000');
  });
});

describe('build steps', () => {
  it('reads the count out of the text', () => {
    expect(classicStep('Step 2/5 : COPY a b\n')).toEqual({
      id: 'step-2',
      status: 'COPY a b',
      done: 2,
      total: 5,
    });
    expect(classicStep(' ---> Running in 1\n')).toBeNull();
  });
});

describe('statistics', () => {
  const answer = statsSchema.parse({
    read: '2026-11-23T06:27:42Z',
    cpu_stats: { cpu_usage: { total_usage: 5 }, system_cpu_usage: 9, online_cpus: 2 },
    memory_stats: { usage: 100, limit: 1000, stats: { inactive_file: 30 } },
    networks: { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 3, tx_bytes: 4 } },
  });
  it('leaves out droppable cache and a limit that is the whole host', () => {
    expect(toSample(answer, 2000)).toMatchObject({
      cpuTotalNs: 5,
      memoryBytes: 70,
      memoryLimitBytes: 1000,
      receivedBytes: 4,
      transmittedBytes: 6,
    });
    expect(toSample(answer, 1000)?.memoryLimitBytes).toBeNull();
    expect(toSample({ ...answer, read: '0001-01-01T00:00:00Z' }, 1000)).toBeNull();
  });
});

describe('file out of a tar', () => {
  const subject = { kind: 'file', name: 'f' };
  function entry(type: string, content: string): Buffer {
    const header = Buffer.alloc(512);
    header.write('name');
    header.write(content.length.toString(8).padStart(11, '0'), 124);
    header.write(type, 156);
    return Buffer.concat([header, Buffer.from(content.padEnd(Math.ceil(content.length / 512) * 512, '\0'))]);
  }
  it('reads the first regular file, past extension headers', () => {
    expect(firstFileOf(Buffer.concat([entry('x', 'path=long'), entry('0', 'hello')]), subject, 10)).toBe(
      'hello',
    );
  });
  it('refuses folders, nothing, and what is too large', () => {
    const thrown = (code: string): unknown => expect.objectContaining({ code });
    expect(() => firstFileOf(entry('5', ''), subject, 10)).toThrowError(thrown('NOT_FOUND'));
    expect(() => firstFileOf(Buffer.alloc(1024), subject, 10)).toThrowError(thrown('NOT_FOUND'));
    expect(() => firstFileOf(entry('0', 'hello'), subject, 4)).toThrowError(thrown('INVALID_INPUT'));
  });
});
