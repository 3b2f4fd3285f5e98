import { randomInt } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { containing } from '../matchers';
import { until } from '../until';
import { type Ground, MEBIBYTE } from './ground';

export function describeMachine(ground: () => Ground): void {
  describe('machine', () => {
    it('runs a program without a shell and answers its exit code', async () => {
      const { session } = ground();
      expect(await session.run('echo', ['$HOME;', 'a b'])).toEqual({
        exitCode: 0,
        stdout: '$HOME; a b\n',
        stderr: '',
      });
      const failed = await session.run('sh', ['-c', 'echo no >&2; exit 7']);
      expect(failed).toEqual({ exitCode: 7, stdout: '', stderr: 'no\n' });
    });
    it('answers 128 and the number of the signal that ended a program', async () => {
      const ended = await ground().session.run('sh', ['-c', 'echo out; kill -KILL $$']);
      expect(ended).toMatchObject({ exitCode: 137, stdout: 'out\n' });
    });
    it('names a program that is missing', async () => {
      await expect(ground().session.run('bizosaas-no-such-program', [])).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    });
    it('ends a program on cancel', async () => {
      const started = Date.now();
      const { session } = ground();
      const length = `30.${randomInt(1e9)}`;
      const cancel = new AbortController();
      const run = session.run('sleep', [length], cancel.signal);
      const outcome = expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
      const running = async () => (await session.run('pgrep', ['-fx', `sleep ${length}`])).exitCode === 0;
      await until('the program runs', running);
      cancel.abort();
      await outcome;
      await until('the program is gone', async () => !(await running()));
      expect(Date.now() - started).toBeLessThan(5_000);
    });
    it('connects to a container that publishes no port', async () => {
      const { session, project, run } = ground();
      const { addresses } = await run(['httpd', '-f', '-p', '8080', '-h', '/www']);
      const address = addresses[project] ?? '';
      await until('httpd listens', () =>
        session.connectTcp(address, 8080).then(
          (socket) => {
            socket.destroy();
            return true;
          },
          () => false,
        ),
      );
      const socket = await session.connectTcp(address, 8080);
      socket.end('GET / HTTP/1.0\r\n\r\n');
      expect(await text(socket)).toContain('tiny');
    });
    it('passes on why a connection failed', async () => {
      await expect(ground().session.connectTcp('127.0.0.1', 1)).rejects.toMatchObject({
        code: 'ECONNREFUSED',
      });
    });
    it('ends a connection on cancel', async () => {
      const server = createServer(() => undefined);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = addressOf(server.address());
      const aborted = AbortSignal.abort();
      await expect(ground().session.connectTcp('127.0.0.1', port, aborted)).rejects.toMatchObject({
        code: 'CANCELLED',
      });
      const cancel = new AbortController();
      const socket = await ground().session.connectTcp('127.0.0.1', port, cancel.signal);
      cancel.abort();
      await until('the socket is closed', () => socket.destroyed);
      server.close();
    });
    it('measures the disk of a path, or of the parent that exists', async () => {
      const whole = await ground().session.freeDisk('/');
      const nested = await ground().session.freeDisk('/tmp/bizosaas/does/not/exist');
      expect(whole?.totalBytes).toBeGreaterThan(MEBIBYTE);
      expect(nested?.freeBytes).toBeGreaterThan(0);
      expect(await ground().session.freeDisk('/bizosaas-no-such-root/data')).toBeNull();
    });
    it('estimates the memory a new process can get', async () => {
      expect(await ground().session.availableMemory()).toBeGreaterThan(16 * MEBIBYTE);
    });
    it('names the process that listens on a port', async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = addressOf(server.address());
      const owner = await ground().session.portOwner('0.0.0.0', port);
      expect(owner).toEqual({ listening: true, process: containing(`pid ${process.pid}`) });
      expect((await ground().session.portOwner('127.0.0.2', port)).listening).toBe(false);
      await new Promise((resolve) => server.close(resolve));
      expect(await ground().session.portOwner('', port)).toEqual({ listening: false, process: null });
    });
  });
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP address');
  return address;
}
