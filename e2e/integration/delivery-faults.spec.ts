/** What can go wrong on the way: a lost link, a cancel, a wrong byte, a full disk. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SshSession } from '../../main/services/hosts/ssh/face';
import type { StacksService } from '../../main/services/stacks/face';
import type { LayerProgressPart, ServiceProgress } from '../../preload/contract';
import { type DeliveryGround, deliveryGround } from '../support/delivery';
import { uniqueProject } from '../support/engine';
import { containing } from '../support/matchers';
import { type Relay, startRelay } from '../support/relay';
import { openSshSession, sshTarget } from '../support/ssh-session';
import { until } from '../support/until';
import { startVps, type Vps } from '../support/vps';
import { bench, journaled, project, service } from './apply-fixture';
import { stacksOf, writeSandbox } from './stacks-fixture';

const MIB = 1024 * 1024;
const LAYER_BYTES = 12 * MIB;
/** What may be under way when a link goes: the channel's window and what both systems hold. */
const IN_FLIGHT_BYTES = 6 * MIB;
const STAGING = '/var/tmp/bizosaas-delivery-root';

let box: Vps;
let ground: DeliveryGround;
let relay: Relay;
let session: SshSession;
let folder = '';
let stacks: StacksService;
beforeAll(async () => {
  box = await startVps({ engine: 'installed', dockerDiskBytes: 160 * MIB });
  ground = deliveryGround(undefined, (...given) => stacks.recordDelivery(...given));
  folder = await mkdtemp(join(tmpdir(), 'delivery-faults-'));
  await writeSandbox(folder, 'name: shop\nservices: { web: { image: x } }\n');
});
beforeEach(async () => {
  relay = await startRelay({ to: { host: await box.address(), port: 22 } });
  const identityFiles = [box.key.path];
  session = openSshSession(
    sshTarget({ host: relay.host, port: relay.port, user: 'root' }, { identityFiles }),
  );
  const hosts = { session: async () => session, greeted: async () => session, ssh: async () => session };
  stacks = stacksOf(session, folder, { owner: 'test', hosts });
});
afterEach(async () => {
  await session?.[Symbol.asyncDispose]();
  await relay?.[Symbol.asyncDispose]();
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
  await box?.[Symbol.asyncDispose]();
});

const anImage = (name: string, bytes = LAYER_BYTES) => ground.image(name, [{ data: randomBytes(bytes) }]);
const staged = async () => (await box.shell(`find ${STAGING} -type f 2>/dev/null || true`)).trim();
const there = (reference: string) =>
  session.engine.inspectImage(reference).then(
    () => true,
    () => false,
  );

/** Acts once, when so many bytes of a layer are on the way. */
function onceSent(bytes: number, act: () => void): (layer: LayerProgressPart) => void {
  let acted = false;
  return ({ status, done }) => {
    if (acted || !status.startsWith('Sending') || (done ?? 0) < bytes) return;
    acted = true;
    act();
  };
}

describe('a lost link', () => {
  it.each([
    ['that is cut', () => relay.cut()],
    [
      'that falls silent for a while',
      () => {
        relay.blackhole();
        // Once the silence was noticed: a new connection knocks.
        void until('the silence is noticed', () => relay.counts.connections > 2, 30_000).then(() =>
          relay.heal(),
        );
      },
    ],
  ])('%s costs only what was under way', async (_what, lose) => {
    relay.change({ bytesPerSecond: 8 * MIB });
    const reference = await anImage('lost');
    const before = relay.counts.bytesToServer;
    await ground.deliver(session, reference, undefined, onceSent(6 * MIB, lose));
    expect(relay.counts.connections).toBeGreaterThanOrEqual(3);
    expect(relay.counts.bytesToServer - before).toBeLessThan(LAYER_BYTES + IN_FLIGHT_BYTES);
    expect(await there(reference)).toBe(true);
    expect(await staged()).toBe('');
  });
});

describe('an apply whose link is lost during a delivery', () => {
  it('waits, goes on with the bytes that are there, and says so in its journal', async () => {
    relay.change({ bytesPerSecond: 8 * MIB });
    const reference = await anImage('applied');
    const name = uniqueProject('delivered');
    const { delivery } = ground;
    const run = await bench(session, { delivery, runHere: ground.source.run });
    const before = relay.counts.bytesToServer;
    const lose = () => {
      relay.refuse();
      relay.cut();
    };
    const sendThenLose = onceSent(6 * MIB, lose);
    const cutting: typeof delivery.deliver = (target, image, onLayer, signal) =>
      delivery.deliver(target, image, (layer) => [onLayer(layer), sendThenLose(layer)], signal);
    run.deps.delivery = { ...delivery, deliver: cutting };
    const web = service('web', reference, { pull_policy: 'never', command: ['none'] });
    const applying = run.apply({ project: project(name, [web]) }).catch((error: unknown) => error);
    await until('the loss is told', () => run.phases.some((phase) => phase.startsWith('Link to')), 30_000);
    await relay.heal();
    // The image holds nothing that could run: what counts is that it got there.
    expect(await applying).toMatchObject({ code: 'APPLY_FAILED' });
    expect(await there(reference)).toBe(true);
    expect(relay.counts.bytesToServer - before).toBeLessThan(LAYER_BYTES + IN_FLIGHT_BYTES);
    const id = `image:${reference}`;
    const about = (await journaled(run, name)).filter(
      (entry) => entry.includes(id) || /link|^end \w+$/.test(entry),
    );
    const order = [`begin ${id}`, 'link lost', 'link back', `begin ${id}`, `end ${id}`, 'end failed'];
    expect(about).toEqual(order);
    expect(await staged()).toBe('');
  });
});

describe('a delivery by itself whose link is lost', () => {
  it('says so, goes on with the bytes that are there, and its journal proves it', async () => {
    relay.change({ bytesPerSecond: 8 * MIB });
    const reference = await anImage('alone');
    const phases: string[] = [];
    const details = new Set<string>();
    const before = relay.counts.bytesToServer;
    const sendThenLose = onceSent(6 * MIB, () => {
      relay.refuse();
      relay.cut();
    });
    const progress = {
      phase: (phase: string) => void phases.push(phase),
      service: ({ detail, parts }: ServiceProgress) => {
        details.add(detail);
        for (const layer of parts) sendThenLose(layer);
      },
    };
    const on = { hostId: session.hostId, stackId: 'sandbox' };
    const request = { ...on, services: [], images: [reference] };
    const delivering = ground.delivery.run(request, progress, new AbortController().signal);
    delivering.catch(() => undefined);
    await until('the loss is told', () => phases.some((phase) => phase.startsWith('Link to')), 30_000);
    await until('the row waits', () => details.has('Waiting for the link to come back.'));
    await relay.heal();
    expect(await delivering).toMatch(/^1 image on the host, 1[2-5](\.\d)? MiB sent\.$/);
    expect(await there(reference)).toBe(true);
    expect(relay.counts.bytesToServer - before).toBeLessThan(LAYER_BYTES + IN_FLIGHT_BYTES);
    const image = `image:${reference}`;
    expect(await journaled({ journalDirectory: join(folder, 'data/journal') }, 'shop')).toEqual([
      ...['begin deliver', `begin ${image}`, 'link lost', 'link back', `begin ${image}`, `end ${image}`],
      'end succeeded',
    ]);
    const counts = { change: 'deliver', outcome: 'succeeded', doneSteps: 1, totalSteps: 1 };
    expect(await stacks.history(on)).toMatchObject([{ ...counts, summary: await delivering }]);
    expect(await staged()).toBe('');
  });
});

describe('a cancelled delivery', () => {
  it('says what it leaves, and the next one goes on from there', async () => {
    relay.change({ bytesPerSecond: 8 * MIB });
    const reference = await anImage('cancelled');
    const stop = new AbortController();
    const delivering = ground.deliver(
      session,
      reference,
      stop.signal,
      onceSent(8 * MIB, () => stop.abort()),
    );
    await expect(delivering).rejects.toMatchObject({
      code: 'CANCELLED',
      message: expect.stringMatching(/MiB stay in \/var\/tmp\/bizosaas-delivery-root on the host/),
    });
    expect(await staged()).toMatch(/^\S+\.tar$/);
    const { wireBytes } = await ground.deliver(session, reference);
    expect(wireBytes).toBeLessThan(LAYER_BYTES - 2 * MIB);
    expect(await staged()).toBe('');
  });

  it('has its wrong bytes found and sent anew', async () => {
    relay.change({ bytesPerSecond: 8 * MIB });
    const reference = await anImage('wrong');
    const stop = new AbortController();
    const delivering = ground.deliver(
      session,
      reference,
      stop.signal,
      onceSent(8 * MIB, () => stop.abort()),
    );
    await expect(delivering).rejects.toMatchObject({ code: 'CANCELLED' });
    await box.shell(`printf wrong | dd of=$(ls ${STAGING}/*.tar) bs=1 seek=1000 conv=notrunc status=none`);
    const { wireBytes } = await ground.deliver(session, reference);
    expect(wireBytes).toBeGreaterThan(LAYER_BYTES);
    expect(await there(reference)).toBe(true);
    expect(await staged()).toBe('');
  });
});

describe('a full disk', () => {
  it('is seen before anything is sent, and room made for it is enough', async () => {
    const reference = await anImage('before');
    await box.fillDisk(10 * MIB);
    const before = relay.counts.bytesToServer;
    await expect(ground.deliver(session, reference)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/\/var\/lib\/docker on the host has 10 MiB free, and 24 MiB are needed/),
    });
    expect(relay.counts.bytesToServer - before).toBeLessThan(MIB);
    expect(await staged()).toBe('');
    await box.freeDisk();
    await ground.deliver(session, reference);
    expect(await there(reference)).toBe(true);
  });

  it('of the engine while it takes the image leaves nothing behind', async () => {
    const reference = await anImage('during');
    relay.change({ bytesPerSecond: 8 * MIB });
    let filling: Promise<void> = Promise.resolve();
    const fill = onceSent(MIB, () => {
      filling = box.fillDisk(4 * MIB);
    });
    await expect(ground.deliver(session, reference, undefined, fill)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: containing('are needed. Free space there'),
    });
    await filling;
    expect(await staged()).toBe('');
    expect(await there(reference)).toBe(false);
    await box.freeDisk();
    await ground.deliver(session, reference);
    expect(await there(reference)).toBe(true);
  });

  it('of the staging folder while bytes arrive leaves nothing behind', async () => {
    const reference = await anImage('staging');
    await box.shell(`mount -t tmpfs -o size=${16 * MIB} tmpfs /var/tmp`);
    try {
      relay.change({ bytesPerSecond: 8 * MIB });
      let filling: Promise<unknown> = Promise.resolve();
      const fill = onceSent(MIB, () => {
        filling = box.shell(`fallocate -l ${8 * MIB} /var/tmp/filler`);
      });
      await expect(ground.deliver(session, reference, undefined, fill)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: containing('/var/tmp on the host has'),
      });
      await filling;
      expect(await staged()).toBe('');
      await box.shell('rm /var/tmp/filler');
      await ground.deliver(session, reference);
      expect(await there(reference)).toBe(true);
    } finally {
      await box.shell('umount /var/tmp');
    }
  });
});
