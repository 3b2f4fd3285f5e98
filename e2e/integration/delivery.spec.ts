/** Images from this machine's engine onto a VPS in a box, over real SSH. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SshSession } from '../../main/services/hosts/ssh/face';
import { type DeliveryGround, deliveryGround } from '../support/delivery';
import { openSshSession, sshTarget } from '../support/ssh-session';
import { startVps, type Vps, type VpsUser } from '../support/vps';

const MIB = 1024 * 1024;
const STAGING = '/var/tmp/bizosaas-delivery-*';

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

async function staged(): Promise<string> {
  return (await box.shell(`ls -A ${STAGING} 2>/dev/null || true`)).trim();
}

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
    const second = await ground.deliver(session, changed);
    expect(second.wireBytes).toBeLessThan(wireBytes / 100);
    expect(await session.engine.inspectImage(changed)).toMatchObject({ tags: [changed] });
    expect(await ground.deliver(session, changed)).toEqual({ wireBytes: 0 });
    expect(await staged()).toBe('');
  });
});
