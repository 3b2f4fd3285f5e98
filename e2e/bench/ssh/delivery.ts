/** An image of 200 MB onto an engine behind SSH: its time on the wire against scp, and what a small change costs. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SshSession } from '../../../main/services/hosts/ssh/face';
import { deliveryGround } from '../../support/delivery';
import { docker } from '../../support/docker';
import { openTestSession } from '../../support/engine';
import { startModernEngine } from '../../support/modern-engine';
import { judge, type Result } from '../statistics.mjs';
import { type Ground, timeCommand } from './ground';

const ROUNDS = 3;
const MEGABYTE = 1e6;
const IMAGE_BYTES = 200 * MEGABYTE;
/** 0.95 × the speed of scp, as a ratio of times. */
const OF_SCP = 1.05;
const OF_THE_BYTES = 0.01;

export async function benchDelivery(ground: Ground): Promise<Result[]> {
  const engine = await startModernEngine();
  try {
    return await between(ground, engine.endpoint);
  } finally {
    await engine.stop();
  }
}

async function between(ground: Ground, endpoint: string): Promise<Result[]> {
  await using delivery = deliveryGround();
  await using there = openTestSession(endpoint);
  await using session = ground.session(ground.sshd, endpoint.replace('unix://', ''));
  const content = randomBytes(IMAGE_BYTES);
  const file = join(ground.sshd.directory, 'same-bytes');
  await writeFile(file, content);
  const reference = await delivery.image('bench', [{ content }, { version: '1' }]);
  const changed = await delivery.image('bench-changed', [{ content }, { version: '2' }]);
  const folder = await ground.commands();
  const { host, port, user } = ground.sshd;
  const copyOf = (path: string) => ['-q', '-P', String(port), path, `${user}@${host}:${path}.copy`];
  const empty = join(ground.sshd.directory, 'no-bytes');
  await writeFile(empty, '');
  const ours: number[] = [];
  const scp: number[] = [];
  const connecting: number[] = [];
  const sent: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { wireMs, wireBytes } = await onTheWire(session, reference, delivery);
    ours.push(wireMs);
    sent.push(wireBytes / MEGABYTE);
    scp.push(await timeCommand(folder, join(folder, 'scp'), copyOf(file)));
    connecting.push(await timeCommand(folder, join(folder, 'scp'), copyOf(empty)));
    if (round < ROUNDS - 1) await docker(there, 'rmi', '--force', reference);
  }
  const again = await delivery.deliver(session, changed);
  return [
    judge({
      name: 'delivery of 200 MB, time on the wire : scp',
      unit: 'ms',
      target: OF_SCP,
      ours,
      anchor: scp,
    }),
    judge({
      name: 'delivery of 200 MB, time on the wire : scp without its connecting',
      unit: 'ms',
      target: null,
      ours,
      anchor: scp.map((whole, round) => whole - (connecting[round] ?? Number.NaN)),
    }),
    judge({
      name: 'second delivery after a one-line change : first',
      unit: 'MB',
      target: OF_THE_BYTES,
      ours: sent.map(() => again.wireBytes / MEGABYTE),
      anchor: sent,
    }),
  ];
}

/**
 * From the first byte of a layer until the host says that it has written the last one. Saving, digests and loading
 * are time of the engines and not of the wire; scp has none of them.
 */
async function onTheWire(
  session: SshSession,
  reference: string,
  { deliver }: ReturnType<typeof deliveryGround>,
): Promise<{ wireMs: number; wireBytes: number }> {
  const begun = new Map<string, number>();
  let wireMs = 0;
  const { wireBytes } = await deliver(session, reference, undefined, ({ id, status }) => {
    if (status.startsWith('Sending') && !begun.has(id)) begun.set(id, performance.now());
    if (status === 'Verifying') wireMs += performance.now() - (begun.get(id) ?? Number.NaN);
  });
  if (wireMs === 0) throw new Error('the delivery never told of a whole layer being sent');
  return { wireMs, wireBytes };
}
