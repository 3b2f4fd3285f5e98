/**
 * Room: a VPS in a box. A container with systemd, sshd, users of every kind and an engine of its own
 * or none, on the machine's engine; `machine/` is what its image is made of. Only its SSH port can be
 * reached from outside, as with a real one: its containers' addresses are behind it.
 */
export { startVpsBehindJump } from './jump';
export { oneTimeCode, passwordOf, type VpsUser } from './users';
export { startVps, type Vps } from './vps';
