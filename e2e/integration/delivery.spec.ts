/** Images from this machine's engine onto a VPS in a box, over real SSH. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SshSession } from '../../main/services/hosts/ssh/face';
import { type DeliveryGround, deliveryGround } from '../support/delivery';
import { containing } from '../support/matchers';
import { openSshSession, sshTarget } from '../support/ssh-session';
import { startVps, type Vps, type VpsUser } from '../support/vps';

const MIB = 1024 * 1024;

let box: Vps;
let ground: DeliveryGround;
beforeAll(async () => {
  box = await startVps({ engine: 'installed' });
  ground = deliveryGround();
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
  await box?.[Symbol.asyncDispose]();
});

function open(user: VpsUser): SshSession {
  const { host, port, key } = box;
  return openSshSession(sshTarget({ host, port, user }, { identityFiles: [key.path] }));
}

const staged = async () => (await box.shell('find /var/tmp/bizosaas-delivery-* 2>/dev/null || true')).trim();

describe('a delivery', () => {
  it('brings an image whole, and after a small change only what changed', async () => {
    await using session = open('dockerer');
    const base = { 'data/random': randomBytes(8 * MIB), 'data/text': 'word '.repeat(MIB) };
    const first = await ground.image('first', [base, { 'app/version': '1' }]);
    const { wireBytes } = await ground.deliver(session, first);
    expect(wireBytes).toBeGreaterThan(8 * MIB);
    expect(wireBytes).toBeLessThan(9 * MIB);
    const [here, there] = await Promise.all([
      ground.source.engine.inspectImage(first),
      session.engine.inspectImage(first),
    ]);
    expect(there).toMatchObject({ id: here.id, rootFsLayers: here.rootFsLayers });
    const changed = await ground.image('changed', [base, { 'app/version': '2' }]);
    expect(await ground.delivery.offer(session, changed)).toMatchObject({ from: 'this machine' });
    const second = await ground.deliver(session, changed);
    expect(second.wireBytes).toBeLessThan(wireBytes / 100);
    expect(await session.engine.inspectImage(changed)).toMatchObject({ tags: [changed] });
    expect(await ground.deliver(session, changed)).toEqual({ wireBytes: 0 });
    expect(await staged()).toBe('');
  });

  it('sends a layer that two images share once, though both are asked for at once', async () => {
    await using session = open('dockerer');
    const base = { 'data/random': randomBytes(4 * MIB) };
    const both = await Promise.all(
      ['one', 'two'].map((name) => ground.image(name, [base, { [name]: 'own' }])),
    );
    const sent = await Promise.all(both.map((reference) => ground.deliver(session, reference)));
    const total = sent.reduce((sum, { wireBytes }) => sum + wireBytes, 0);
    expect(total).toBeLessThan(4.5 * MIB);
  });

  it('has an equal layer twice in one image', async () => {
    await using session = open('dockerer');
    const layer = { 'a/file': randomBytes(MIB) };
    const reference = await ground.image('twice', [layer, { b: 'between' }, layer]);
    const { wireBytes } = await ground.deliver(session, reference);
    expect(wireBytes).toBeLessThan(1.5 * MIB);
    expect((await session.engine.inspectImage(reference)).rootFsLayers).toHaveLength(3);
  });

  it('goes through sudo for an account that may not open the socket', async () => {
    await using session = open('operator');
    const reference = await ground.image('sudo', [{ file: randomBytes(MIB) }]);
    await ground.deliver(session, reference);
    expect(session.link.report().transport).toBe('sudo-dial-stdio');
    expect((await session.engine.inspectImage(reference)).tags).toEqual([reference]);
    expect(await staged()).toBe('');
  });

  it('needs no docker command on the host', async () => {
    await box.shell('mv /usr/bin/docker /usr/bin/docker.away');
    try {
      for (const user of ['dockerer', 'operator'] as const) {
        await using session = open(user);
        const reference = await ground.image('perl', [{ file: randomBytes(MIB) }, { b: user }]);
        await ground.deliver(session, reference);
        expect((await session.engine.inspectImage(reference)).tags).toEqual([reference]);
      }
    } finally {
      await box.shell('mv /usr/bin/docker.away /usr/bin/docker');
    }
  });

  it('refuses a staging folder that is not its own', async () => {
    await using session = open('dockerer');
    const reference = await ground.image('foreign', [{ file: 'a' }]);
    await box.shell('rm -rf /var/tmp/bizosaas-delivery-dockerer; mkdir /var/tmp/bizosaas-delivery-dockerer');
    await expect(ground.deliver(session, reference)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: containing('belongs to another account'),
    });
    await box.shell('rm -rf /var/tmp/bizosaas-delivery-dockerer');
  });

  it('says that this machine lacks the image', async () => {
    await using session = open('dockerer');
    expect(await ground.delivery.offer(session, 'bizosaas-deliver/none:1')).toBeNull();
    await expect(ground.deliver(session, 'bizosaas-deliver/none:1')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: containing('Build or pull it here first'),
    });
  });
});
