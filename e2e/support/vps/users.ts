import { createHmac } from 'node:crypto';

/**
 * - `root`
 * - `operator`: sudo without a password
 * - `sudoer`: sudo with a password
 * - `plain`: neither sudo nor the engine
 * - `dockerer`: in the group docker, once there is an engine
 * - `onetime`: only keyboard-interactive, with two questions: the password and a one-time code
 */
export const VPS_USERS = ['root', 'operator', 'sudoer', 'plain', 'dockerer', 'onetime'] as const;
export type VpsUser = (typeof VPS_USERS)[number];

/** The secret of `machine/one-time-codes`, JBSWY3DPEHPK3PXP in base 32. */
const SECRET = Buffer.from('48656c6c6f21deadbeef', 'hex');
const STEP_MS = 30_000;

export function passwordOf(user: VpsUser): string {
  return `${user}-password`;
}

export function homeOf(user: VpsUser): string {
  return user === 'root' ? '/root' : `/home/${user}`;
}

/** The code `onetime` is asked for; a code may be used again while it is valid. RFC 6238. */
export function oneTimeCode(now = Date.now()): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / STEP_MS)));
  const mac = createHmac('sha1', SECRET).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0xf;
  const number = (mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000;
  return String(number).padStart(6, '0');
}
