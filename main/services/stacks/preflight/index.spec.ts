import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDeferred } from '../../../streams/deferred';
import type { EnginePort } from '../../hosts/engine';
import type { HostSession } from '../../hosts/host-session';
import { sampleService } from '../compose-file/sample';
import { preflight } from './index';
import { sampleEngine, sampleImage, sampleProject } from './sample';

const never = () => new Promise<never>(() => undefined);
const info = sampleEngine();

/** Only reads are answered: any other call on the engine is the failure this room must never have. */
function session(answers: Partial<EnginePort>, rest: Partial<HostSession> = {}): HostSession {
  const reads: Partial<EnginePort> = {
    info: async () => info,
    listContainers: async () => [],
    listImages: async () => [sampleImage('redis:7')],
    listNetworks: async () => [],
    listVolumes: async () => [],
    ...answers,
  };
  const engine = new Proxy({} as EnginePort, {
    get: (_target, name) => {
      const found = reads[name as keyof EnginePort];
      if (found === undefined) throw new Error(`pre-flight called ${String(name)}`);
      return found;
    },
  });
  return {
    hostId: 'h',
    endpoint: 'unix:///x',
    engine,
    run: never,
    connectTcp: never,
    freeDisk: async () => ({ freeBytes: 9e10, totalBytes: 1e11 }),
    availableMemory: async () => 8e9,
    portOwner: async () => ({ listening: false, process: null }),
    [Symbol.asyncDispose]: async () => undefined,
    ...rest,
  };
}

const project = sampleProject([
  sampleService('redis', {
    image: 'redis:7',
    ports: [{ target: 1, published: '1', protocol: 'tcp', mode: 'host' }],
  }),
]);
const loaded = { project, warnings: [], variables: [] };
const deps = { now: () => Date.now(), environment: {} };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('preflight', () => {
  it('passes a host that has everything, with reads alone', async () => {
    const report = await preflight(session({}), loaded, deps);
    expect(report.checks.filter((check) => check.result !== 'pass')).toEqual([]);
    expect(report.result).toBe('pass');
  });

  it('fails a service alone whose build context would have to be fetched', async () => {
    const remote = sampleService('web', { build: { context: 'https://example.com/app.git' } });
    const both = { ...project, services: { ...project.services, web: remote } };
    const report = await preflight(session({}), { ...loaded, project: both }, deps);
    expect(report.checks.filter(({ result }) => result !== 'pass')).toMatchObject([
      {
        id: 'image:demo-web',
        result: 'fail',
        services: ['web'],
        evidence: expect.stringContaining('https://example.com/app.git is not on this machine'),
        advice: expect.stringContaining('build.context of web'),
      },
    ]);
  });

  it('answers within 10 s when nothing answers but the engine itself', async () => {
    const stuck = session(
      { listContainers: never, listImages: never, listNetworks: never, listVolumes: never },
      { freeDisk: never, availableMemory: never, portOwner: never },
    );
    const running = preflight(stuck, loaded, deps);
    await vi.advanceTimersByTimeAsync(10_000);
    const report = await running;
    expect(report.tookMs).toBeLessThanOrEqual(10_000);
    const warned = report.checks.filter((check) => check.result === 'warn');
    expect(warned.map((check) => check.id)).toEqual(
      expect.arrayContaining(['disk', 'memory-now', 'ports', 'names', 'images', 'volumes']),
    );
    expect(warned[0]?.evidence).toBe('Could not be told: no answer in 6 s.');
  });

  it('looks at the rest while the engine finds out what it is', async () => {
    const told = createDeferred<typeof info>();
    const listed = createDeferred<void>();
    const listImages = async () => {
      listed.resolve();
      return [];
    };
    const running = preflight(session({ info: () => told.promise, listImages }), loaded, deps);
    await listed.promise;
    told.resolve(info);
    expect((await running).checks[0]).toMatchObject({ id: 'engine', result: 'pass' });
  });

  it('fails at once on an engine that is silent', async () => {
    const running = preflight(session({ info: never }), loaded, deps);
    await vi.advanceTimersByTimeAsync(3000);
    expect((await running).checks.map((check) => [check.id, check.result])).toEqual([['engine', 'fail']]);
  });

  it('is cancelled by its signal', async () => {
    const controller = new AbortController();
    const running = preflight(session({ listContainers: never }), loaded, deps, controller.signal);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
