import { describe, expect, it } from 'vitest';
import { uniqueProject } from '../engine';
import { type Ground, LABEL, MEBIBYTE } from './ground';

export function describeNetworksAndVolumes(ground: () => Ground): void {
  describe('networks and volumes', () => {
    it('creates, lists by label and removes a network', async () => {
      const { engine, project } = ground();
      const name = uniqueProject(project);
      const Labels = { [LABEL]: project, extra: name };
      const { id } = await engine.createNetwork({ Name: name, Internal: true, Labels });
      const [network, ...others] = await engine.listNetworks([`${LABEL}=${project}`, `extra=${name}`]);
      expect(others).toEqual([]);
      expect(network).toMatchObject({ id, name, driver: 'bridge', internal: true, labels: Labels });
      expect(network?.subnets[0]).toMatch(/^\d+\.\d+\.\d+\.\d+\/\d+$/);
      await expect(engine.createNetwork({ Name: name })).rejects.toMatchObject({ code: 'CONFLICT' });
      await engine.removeNetwork(id);
      await expect(engine.removeNetwork(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
    it('creates, measures and removes a volume', async () => {
      const { engine, project, run } = ground();
      const name = uniqueProject(project);
      await engine.createVolume({ Name: name, Labels: { [LABEL]: project } });
      const HostConfig = { Binds: [`${name}:/data`], AutoRemove: false };
      const writer = await run(['dd', 'if=/dev/zero', 'of=/data/file', 'bs=1M', 'count=2'], { HostConfig });
      expect(await engine.waitContainer(writer.id)).toBe(0);
      const [plain] = await engine.listVolumes([`${LABEL}=${project}`], { diskUsage: false });
      expect(plain).toMatchObject({ name, driver: 'local', sizeBytes: null });
      const [measured] = await engine.listVolumes([`${LABEL}=${project}`], { diskUsage: true });
      expect(measured?.sizeBytes).toBeGreaterThanOrEqual(2 * MEBIBYTE);
      const measure = () => engine.listVolumes([`${LABEL}=${project}`], { diskUsage: true });
      const atOnce = await Promise.all([measure(), measure(), measure()]);
      for (const [one] of atOnce) expect(one?.sizeBytes).toBe(measured?.sizeBytes);
      expect(Math.abs(Date.now() - (measured?.createdAt ?? 0))).toBeLessThan(120_000);
      await expect(engine.removeVolume(name)).rejects.toMatchObject({ code: 'CONFLICT' });
      await engine.removeContainer(writer.id, { force: true, volumes: false });
      await engine.removeVolume(name);
      await expect(engine.removeVolume(name)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
  });
}
