import { describe, expect, it } from 'vitest';
import { docker } from '../docker';
import { containing } from '../matchers';
import { until } from '../until';
import { type ContractSubject, collect, type Ground, MEBIBYTE } from './ground';

export function describeConnection(ground: () => Ground, subject: ContractSubject): void {
  describe('connection', () => {
    it('answers a ping and says what engine it is', async () => {
      await ground().engine.ping();
      const info = await ground().engine.info();
      expect(info.id).not.toBe('');
      expect(info.apiVersion).toMatch(/^1\.\d+$/);
      expect(info.cpus).toBeGreaterThan(0);
      expect(info.memoryBytes).toBeGreaterThan(MEBIBYTE);
      expect(info.rootDirectory).toMatch(/^\//);
    });
    it('says where nothing answers and what to do', async () => {
      const dead = subject.openDead();
      const failure = { code: 'ENGINE_UNAVAILABLE', message: containing(dead.endpoint) };
      await expect(dead.engine.ping()).rejects.toMatchObject(failure);
      await expect(dead.engine.listContainers([])).rejects.toMatchObject(failure);
      await expect(collect(dead.engine.events({}, AbortSignal.timeout(5_000)))).rejects.toMatchObject(
        failure,
      );
      await dead[Symbol.asyncDispose]();
    });
    it('cancels before and during a call', async () => {
      const cancelled = { code: 'CANCELLED' };
      await expect(ground().engine.info(AbortSignal.abort())).rejects.toMatchObject(cancelled);
      const { id } = await ground().run(['sleep', '60']);
      const waiting = ground().engine.waitContainer(id, AbortSignal.timeout(100));
      await expect(waiting).rejects.toMatchObject(cancelled);
    });
    it('answers many calls at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => ground().engine.listContainers([])),
      );
      expect(answers).toHaveLength(100);
    });
  });
}

export function describeStats(ground: () => Ground): void {
  describe('resource use', () => {
    it('samples one and many, and leaves out what does not run', async () => {
      const { session, engine, run, create } = ground();
      const limited = { HostConfig: { Memory: 64 * MEBIBYTE } };
      const busy = await run(['sh', '-c', 'while true; do :; done'], limited);
      const stopped = await create(['true']);
      await until('it used the processor', async () => {
        const sample = (await engine.sampleAllStats([busy.id])).get(busy.id);
        return (sample?.cpuTotalNs ?? 0) > 2e7;
      });
      const samples = await engine.sampleAllStats([busy.id, stopped, 'no-such-container']);
      expect([...samples.keys()]).toEqual([busy.id]);
      expect(samples.get(busy.id)).toMatchObject({ memoryLimitBytes: 64 * MEBIBYTE });
      expect(samples.get(busy.id)?.memoryBytes).toBeGreaterThan(0);
      expect(samples.get(busy.id)?.receivedBytes).toBeGreaterThanOrEqual(0);
      await docker(session, 'kill', busy.id);
    });
  });
}
