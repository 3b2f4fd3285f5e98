import { describe, expect, it } from 'vitest';
import { uniqueProject } from '../engine';
import { containing } from '../matchers';
import { tarOf } from '../tar';
import { type Ground, LABEL, MEBIBYTE } from './ground';

const STOP_SECONDS = 3;
const CLOCK_TOLERANCE_MS = 100;

export function describeContainers(ground: () => Ground): void {
  describe('containers', () => {
    it('creates, lists, inspects, renames, stops and removes', async () => {
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
      await engine.stopContainer(id, 1);
      await engine.stopContainer(id, 1);
      expect((await engine.inspectContainer(id)).running).toBe(false);
      await engine.removeContainer(id, { force: false, volumes: true });
      await engine.removeContainer(id, { force: true, volumes: true });
      await expect(engine.inspectContainer(id)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        data: { kind: 'container', name: id.slice(0, 12) },
      });
    });
    it('waits as long as a container may take to stop, then sees it killed', async () => {
      const { engine, run } = ground();
      const deaf = await run(['sh', '-c', 'trap "" TERM; echo deaf; while true; do sleep 1; done'], {
        StopTimeout: STOP_SECONDS,
      });
      for await (const { text } of engine.logs(deaf.id, { follow: true, tail: 'all' }))
        if (text === 'deaf') break;
      const begun = performance.now();
      await engine.stopContainer(deaf.id, null);
      const tookMs = performance.now() - begun;
      expect(tookMs).toBeGreaterThan(STOP_SECONDS * 1000 - CLOCK_TOLERANCE_MS);
      // Well under the engine's own 10 s.
      expect(tookMs).toBeLessThan(9000);
      expect(await engine.inspectContainer(deaf.id)).toMatchObject({ running: false, exitCode: 137 });
    });
    it('names a container in messages as people do', async () => {
      const { engine, create } = ground();
      const id = await create(['true']);
      const { name } = await engine.inspectContainer(id);
      await expect(engine.exec(id, ['true'])).rejects.toThrowError(name);
      await engine.removeContainer(id, { force: true, volumes: true });
      await expect(engine.stopContainer(id, null)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        data: { kind: 'container', name: id.slice(0, 12) },
      });
    });
    it('answers the exit code, and that memory ran out', async () => {
      const { engine, run } = ground();
      const failing = await run(['sh', '-c', 'exit 3']);
      expect(await engine.waitContainer(failing.id)).toBe(3);
      expect(await engine.inspectContainer(failing.id)).toMatchObject({ exitCode: 3, running: false });
      const hungry = await run(['sh', '-c', 'sleep 2; x=a; while true; do x=$x$x; done'], {
        HostConfig: { Memory: 16 * MEBIBYTE, MemorySwap: 16 * MEBIBYTE },
      });
      await engine.waitContainer(hungry.id);
      expect((await engine.inspectContainer(hungry.id)).oomKilled).toBe(true);
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
