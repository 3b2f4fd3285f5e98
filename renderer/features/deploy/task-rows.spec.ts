import { describe, expect, it } from 'vitest';
import type { ImageWay, ServiceProgress, Task } from '../../../preload/contract';
import { allWell, taskRows } from './task-rows';

function progress(service: string, phase: ServiceProgress['phase'] = 'delivering'): ServiceProgress {
  return {
    service,
    phase,
    detail: '',
    done: null,
    total: null,
    unit: null,
    parts: [],
    logTail: [],
    since: 0,
  };
}

function image(reference: string, ...services: string[]): ImageWay {
  return { reference, services, way: 'deliver', sizeBytes: null, missingBytes: null, reason: '' };
}

const services = [progress('web'), progress('db'), progress('worker')];
const images = [image('shop/service:1', 'web', 'worker'), image('shop/postgres:1', 'db')];
const titleOf = (service: string) => (service === 'web' ? 'Web' : service);
const names = (rows: ReturnType<typeof taskRows>) => rows.map(({ name }) => name);

describe('the rows of a task', () => {
  it('are images while images are delivered, each once, with who uses it', () => {
    const rows = taskRows({ kind: 'deliver', services, endedAt: null }, { images, titleOf });
    expect(names(rows)).toEqual(['shop/service:1', 'shop/postgres:1']);
    expect(rows[0]?.title).toBe('Used by Web, worker');
  });

  it('are services where the images are not known, and in every other task', () => {
    expect(names(taskRows({ kind: 'deliver', services, endedAt: null }, { images: [], titleOf }))).toEqual([
      'Web',
      'db',
      'worker',
    ]);
    expect(names(taskRows({ kind: 'apply', services, endedAt: null }, { images, titleOf }))).toEqual([
      'Web',
      'db',
      'worker',
    ]);
  });

  it('keep their places while it runs, and begin with what failed once it has ended', () => {
    const mixed = [progress('web', 'ready'), progress('db', 'failed'), progress('worker', 'blocked')];
    expect(
      names(taskRows({ kind: 'apply', services: mixed, endedAt: null }, { images: [], titleOf })),
    ).toEqual(['Web', 'db', 'worker']);
    expect(names(taskRows({ kind: 'apply', services: mixed, endedAt: 1 }, { images: [], titleOf }))).toEqual([
      'db',
      'worker',
      'Web',
    ]);
  });
});

describe('what needs no reading', () => {
  const succeeded: Task['status'] = { state: 'succeeded', summary: '' };
  const rowsOf = (...phases: ServiceProgress['phase'][]) =>
    phases.map((phase, index) => ({
      name: `${index}`,
      title: `${index}`,
      progress: progress(`${index}`, phase),
    }));

  it('is a task that succeeded and left everything ready or unchanged', () => {
    expect(allWell({ status: succeeded }, rowsOf('ready', 'unchanged'))).toBe(true);
  });

  it('is nothing that failed, is under way or has no row', () => {
    const running: Task['status'] = {
      state: 'running',
      phase: '',
      done: null,
      total: null,
      cancelling: false,
    };
    expect(allWell({ status: succeeded }, rowsOf('ready', 'blocked'))).toBe(false);
    expect(allWell({ status: running }, rowsOf('ready'))).toBe(false);
    expect(allWell({ status: succeeded }, [])).toBe(false);
  });
});
