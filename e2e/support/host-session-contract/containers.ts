import { describe, expect, it } from 'vitest';
import { uniqueProject } from '../engine';
import { containing } from '../matchers';
import { tarOf } from '../tar';
import { type Ground, LABEL, MEBIBYTE } from './ground';

export function describeContainers(ground: () => Ground): void {
  describe('containers', () => {
    it('creates, lists, inspects, renames, restarts, stops and removes', async () => {
      const { engine, project, image, create } = ground();
      const id = await create(['sleep', '600'], { ExposedPorts: { '80/tcp': {} } });
      await engine.startContainer(id);
      await engine.startContainer(id);
      const listed = (await engine.listContainers([`${LABEL}=${project}`])).find((one) => one.id === id);
      expect(listed).toMatchObject({ state: 'running', image, labels: { [LABEL]: project } });
      expect(listed?.addresses[project]).toMatch(/^\d+\.\d+/);
      const name = uniqueProject(project);
      await engine.renameContainer(id, name);
      const detail = await engine.inspectContainer(name);
      expect(detail).toMatchObject({ id, name, running: true, restartCount: 0, tty: false, health: null });
      expect(detail.startedAt).toBeGreaterThan(Date.now() - 60_000);
      expect(detail.finishedAt).toBeNull();
      await engine.restartContainer(id, 1);
      expect((await engine.inspectContainer(id)).startedAt).toBeGreaterThan(detail.startedAt ?? 0);
      await engine.stopContainer(id, 1);
      await engine.stopContainer(id, 1);
      expect((await engine.inspectContainer(id)).running).toBe(false);
      await engine.removeContainer(id, { force: false, volumes: true });
      await engine.removeContainer(id, { force: true, volumes: true });
      await expect(engine.inspectContainer(id)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        data: { kind: 'container', name: id },
      });
    });
    it('answers the exit code, and that memory ran out', async () => {
      const { engine, run } = ground();
      const failing = await run(['sh', '-c', 'exit 3']);
      expect(await engine.waitContainer(failing.id)).toBe(3);
      expect(await engine.inspectContainer(failing.id)).toMatchObject({ exitCode: 3, running: false });
      const hungry = await run(['sh', '-c', 'x=a; while true; do x=$x$x; done'], {
        HostConfig: { Memory: 16 * MEBIBYTE, MemorySwap: 16 * MEBIBYTE },
      });
      await engine.waitContainer(hungry.id);
      expect((await engine.inspectContainer(hungry.id)).oomKilled).toBe(true);
    });
    it('kills with a signal', async () => {
      const { engine, run } = ground();
      const { id } = await run(['sleep', '600']);
      await engine.killContainer(id, 'SIGKILL');
      expect(await engine.waitContainer(id)).toBe(137);
      await expect(engine.killContainer(id, 'SIGKILL')).rejects.toMatchObject({ code: 'CONFLICT' });
    });
    it('refuses a taken name, a missing image and a bad body', async () => {
      const { engine, image, create } = ground();
      const { name } = await engine.inspectContainer(await create(['true']));
      const again = engine.createContainer({ name, body: { Image: image } });
      await expect(again).rejects.toMatchObject({
        code: 'CONFLICT',
        data: { detail: containing(name) },
      });
      const missing = engine.createContainer({
        name: uniqueProject('engine'),
        body: { Image: 'no/such:image' },
      });
      await expect(missing).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const body = { Image: image, HostConfig: { Memory: 1 } };
      const bad = engine.createContainer({ name: uniqueProject('engine'), body });
      await expect(bad).rejects.toMatchObject({ code: 'ENGINE_REJECTED', data: { status: 400 } });
    });
    it('puts files in, also before the start, and reads one back', async () => {
      const { engine, create } = ground();
      const id = await create(['cat', '/etc/app.conf']);
      await engine.putArchive(id, '/etc', tarOf({ 'app.conf': 'wert=ä\n' }));
      expect(await engine.readFile(id, '/etc/app.conf')).toBe('wert=ä\n');
      await expect(engine.readFile(id, '/etc/none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(engine.readFile(id, '/etc')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(engine.putArchive(id, '/none', tarOf({ a: 'b' }))).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    });
    it('runs a command inside and keeps its two outputs apart', async () => {
      const { engine, run } = ground();
      const { id } = await run(['sleep', '600']);
      const result = await engine.exec(id, ['sh', '-c', 'echo out; echo err >&2; exit 4']);
      expect(result).toEqual({ exitCode: 4, stdout: 'out\n', stderr: 'err\n' });
      const large = await engine.exec(id, ['sh', '-c', 'head -c 300000 /dev/zero | tr "\\0" x']);
      expect(large.stdout).toHaveLength(300_000);
      const missing = await engine.exec(id, ['/no-such-program']);
      expect(missing.exitCode).toBe(126 + Number(missing.exitCode === 127));
      const endless = engine.exec(id, ['sleep', '60'], AbortSignal.timeout(200));
      await expect(endless).rejects.toMatchObject({ code: 'CANCELLED' });
      await expect(engine.exec('no-such-container', ['true'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
    it('connects a container to a second network under an alias', async () => {
      const { engine, project, run } = ground();
      const name = uniqueProject(project);
      await engine.createNetwork({ Name: name, Labels: { [LABEL]: project } });
      const { id } = await run(['sleep', '600']);
      await engine.connectNetwork(name, id, { Aliases: ['other'] });
      expect((await engine.inspectContainer(id)).addresses[name]).toMatch(/^\d+\.\d+/);
      const seen = await engine.exec(id, ['ping', '-c', '1', '-W', '5', 'other']);
      expect(seen).toMatchObject({ exitCode: 0, stdout: containing('1 packets received') });
    });
  });
}
