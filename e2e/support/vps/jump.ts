import { randomBytes } from 'node:crypto';
import { freePort } from '../free-port';
import { docker, tryDocker } from './engine-command';
import { startBox, type Vps, type VpsOptions } from './vps';

export interface BehindJump extends AsyncDisposable {
  jump: Vps;
  /** Resets connections from this machine; through the jump host it answers at `inner`, port 22. */
  inner: Vps;
}

/** Two boxes on one network, the second to be reached only through the first. */
export async function startVpsBehindJump(options: Omit<VpsOptions, 'name'> = {}): Promise<BehindJump> {
  const network = `bz-vps-${randomBytes(4).toString('hex')}`;
  await docker(['network', 'create', '--label', 'bizosaas-e2e.vps', network]);
  const boxes: Vps[] = [];
  const dispose = async () => {
    for (const box of boxes) await box[Symbol.asyncDispose]();
    await tryDocker(['network', 'rm', network]);
  };
  try {
    const jump = await startBox({ name: 'jump' }, { port: await freePort(), network });
    boxes.push(jump);
    const inner = await startBox({ ...options, name: 'inner' }, { port: null, network });
    boxes.push(inner);
    return { jump, inner, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
