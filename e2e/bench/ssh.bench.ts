/** `npm run bench -- ssh`: an engine behind an OpenSSH server of our own on loopback, with and without a delay. */
import { benchDelivery } from './ssh/delivery';
import { startGround } from './ssh/ground';
import { benchFar, benchNear } from './ssh/latency';
import { benchReconnects } from './ssh/reconnects';
import type { Result } from './statistics.mjs';

export default async function bench(): Promise<Result[]> {
  await using ground = await startGround();
  return [
    ...(await benchNear(ground)),
    ...(await benchFar(ground)),
    ...(await benchDelivery(ground)),
    ...(await benchReconnects(ground)),
  ];
}
