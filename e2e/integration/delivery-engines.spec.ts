/** Delivery between engines of two generations, whose archives have different layouts, and pulls that sign in. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localRegistryAuth } from '../../main/adapters/local';
import type { SshSession } from '../../main/services/hosts/ssh/face';
import { type DeliveryGround, deliveryGround } from '../support/delivery';
import { type OwnEngine, openTestSession, startOwnEngine } from '../support/engine';
import { startModernEngine } from '../support/modern-engine';
import { startRegistry } from '../support/registry';
import { openSshSession, sshTarget } from '../support/ssh-session';
import { type Sshd, startSshd } from '../support/sshd';
import { tarOf } from '../support/tar';

const MIB = 1024 * 1024;

let sshd: Sshd;
let key = '';
const engines: Record<string, OwnEngine> = {};
beforeAll(async () => {
  sshd = await startSshd();
  key = (await sshd.addKey()).path;
  engines['20.10'] = await startOwnEngine();
  engines['26.1'] = await startModernEngine();
});
afterAll(async () => {
  for (const engine of Object.values(engines)) await engine.stop();
  await sshd?.[Symbol.asyncDispose]();
});

function behindSsh(version: string, change: Parameters<typeof openSshSession>[1] = {}): SshSession {
  const enginePath = engines[version]?.socketPath ?? '';
  return openSshSession(sshTarget(sshd, { identityFiles: [key] }), { enginePath, ...change });
}

function imagesOf(version: string): DeliveryGround {
  return deliveryGround(openTestSession(engines[version]?.endpoint));
}

describe.each([
  ['26.1', '20.10'],
  ['20.10', '26.1'],
])('from %s to %s', (from, to) => {
  it('brings the image and then the difference', async () => {
    await using ground = imagesOf(from);
    await using session = behindSsh(to);
    const base = { text: 'some words to compress '.repeat(100_000), random: randomBytes(4 * MIB) };
    const first = await ground.image('first', [base, { version: '1' }]);
    const offer = await ground.delivery.offer(session, first);
    expect(offer?.missingBytes).toBeGreaterThan(6 * MIB);
    const { wireBytes } = await ground.deliver(session, first);
    expect(wireBytes).toBeLessThan(5 * MIB);
    const [here, there] = await Promise.all([
      ground.source.engine.inspectImage(first),
      session.engine.inspectImage(first),
    ]);
    expect(there).toMatchObject({ id: here.id, rootFsLayers: here.rootFsLayers, tags: [first] });
    const changed = await ground.image('changed', [base, { version: '2' }]);
    expect((await ground.delivery.offer(session, changed))?.missingBytes).toBeLessThan(1000);
    expect((await ground.deliver(session, changed)).wireBytes).toBeLessThan(wireBytes / 100);
  });
});

describe('a pull from a registry that wants a login', () => {
  it('signs in with the credentials of this machine, and leaves none on the host', async () => {
    await using registry = await startRegistry();
    registry.login = 'me:secret words';
    const reference = registry.offer('private', [await buffer(tarOf({ file: randomBytes(1000) }))]);
    const folder = await mkdtemp(join(tmpdir(), 'deliver-login-'));
    try {
      const auth = Buffer.from(registry.login).toString('base64');
      await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
      await using without = behindSsh('20.10');
      await expect(
        without.engine.pullImage(reference, { onProgress: () => undefined }),
      ).rejects.toMatchObject({
        code: expect.stringMatching(/ENGINE_REJECTED|NOT_FOUND/),
      });
      await using session = behindSsh('20.10', {
        registryAuth: localRegistryAuth({ DOCKER_CONFIG: folder }),
      });
      await session.engine.checkRegistry(reference);
      await session.engine.pullImage(reference, { onProgress: () => undefined });
      expect((await session.engine.inspectImage(reference)).tags).toEqual([reference]);
      const { stdout } = await session.run('grep', ['-rl', auth, engines['20.10']?.dataRoot ?? '/none']);
      expect(stdout).toBe('');
      expect(await readdir(folder)).toEqual(['config.json']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
