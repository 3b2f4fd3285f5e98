/** Tables of listening sockets as Linux prints them in /proc/net/tcp and tcp6. */
const LISTENING = '0A';
const ANY_ADDRESS = new Set(['', '0.0.0.0', '::', '*']);
const V4_ANY = '00000000';
const V6_ANY = '0'.repeat(32);
const V4_IN_V6 = '0000000000000000FFFF0000';

export interface ListeningSocket {
  /** As the kernel prints it: hexadecimal, little-endian words. */
  address: string;
  port: number;
  inode: string;
}

export function isAnyAddress(hostIp: string): boolean {
  return ANY_ADDRESS.has(hostIp);
}

/** Lines of /proc/net/tcp and tcp6 in state LISTEN. */
export function parseListening(table: string): ListeningSocket[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    if (state !== LISTENING) return [];
    return [{ address, port: Number.parseInt(port, 16), inode }];
  });
}

function hexOf(ipv4: string): string {
  const bytes = ipv4.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return bytes.reverse().join('').toUpperCase();
}

/** Two listeners collide when either takes every address, or both take the same one. */
export function collides(socket: ListeningSocket, hostIp: string): boolean {
  if (isAnyAddress(hostIp)) return true;
  if (socket.address === V4_ANY || socket.address === V6_ANY) return true;
  if (hostIp.includes(':')) return socket.address.length === V6_ANY.length;
  const wanted = hexOf(hostIp);
  return socket.address === wanted || socket.address === `${V4_IN_V6}${wanted}`;
}
