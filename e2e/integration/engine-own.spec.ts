import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openTestSession, startOwnEngine } from '../support/engine';
import { tinyImage } from '../support/images';
import { containing } from '../support/matchers';
import { tarOf } from '../support/tar';

const run = promisify(execFile);

describe('a second engine for tests', () => {
  it('runs containers with a network, survives a kill, and leaves nothing behind', async () => {
    const own = await startOwnEngine();
    const session = openTestSession(own.endpoint);
    try {
      expect((await run('iptables', ['-S'])).stdout).toContain(own.tag);
      const image = await tinyImage(session);
      const { id } = await session.engine.createContainer({
        name: 'web',
        body: { Image: image, Cmd: ['httpd', '-f', '-p', '80', '-h', '/www'], StopTimeout: 1 },
      });
      await session.engine.startContainer(id);
      const { addresses } = await session.engine.inspectContainer(id);
      const socket = await session.connectTcp(addresses.bridge ?? '', 80);
      socket.destroy();
      await own.kill();
      await expect(session.engine.ping()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
      await own.start();
      expect((await session.engine.inspectContainer(id)).running).toBe(false);
    } finally {
      await session[Symbol.asyncDispose]();
      await own.stop();
    }
    await expect(access(own.dataRoot)).rejects.toMatchObject({ code: 'ENOENT' });
    // Other engines come and go meanwhile, each with rules and bridges of its own name.
    expect((await run('iptables', ['-S'])).stdout).not.toContain(own.tag);
    expect((await run('ip', ['link'])).stdout).not.toContain(own.tag);
    expect((await run('cat', ['/proc/mounts'])).stdout).not.toContain(own.dataRoot);
  });

  it('refuses data when its small disk is full', async () => {
    const own = await startOwnEngine({ tmpfsBytes: 8 * 1024 * 1024 });
    const session = openTestSession(own.endpoint);
    try {
      const tar = tarOf({ large: Buffer.alloc(16 * 1024 * 1024, 1) });
      await expect(session.engine.importImage(tar, 'large:1', [])).rejects.toMatchObject({
        code: 'ENGINE_REJECTED',
        data: { detail: containing('no space left on device') },
      });
    } finally {
      await session[Symbol.asyncDispose]();
      await own.stop();
    }
  });
});
