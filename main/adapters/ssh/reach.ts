/** The first two steps to a machine: its address, then a TCP connection that is ours to time. */
import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import type { SshTarget } from '../../services/hosts/ssh/face';
import { isTimeout, raceSignal, withTimeout } from '../../streams/abortable';
import { type Finding, type HopLog, hopFailure } from './hops';
import { machineOf, nameFailure, seconds, tcpFailure, tcpTimeout } from './words';

export interface Place {
  target: SshTarget;
  log: HopLog;
  signal: AbortSignal;
}

async function lookUp({ target, signal }: Place): Promise<string[]> {
  using limit = withTimeout(target.connectTimeoutMs, signal);
  try {
    const found = await raceSignal(lookup(target.host, { all: true }), limit.signal);
    return found.map(({ address }) => address);
  } catch (error) {
    if (signal.aborted) throw error;
    const slow = {
      finding: `Looking up ${target.host} took over ${seconds(target.connectTimeoutMs)}.`,
      advice: 'Check the network connection and its name servers.',
    };
    const said = isTimeout(error) ? slow : nameFailure(target.host, error);
    throw hopFailure('name', machineOf(target), said, error);
  }
}

function open(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port });
    const onAbort = () => {
      socket.destroy();
      reject(signal.reason);
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      signal.removeEventListener('abort', onAbort);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

/** Every address in turn, each with its share of the time that is left. */
async function openFirst(place: Place, addresses: string[]): Promise<{ socket: Socket; address: string }> {
  const { target, signal } = place;
  const shareMs = target.connectTimeoutMs / addresses.length;
  let failure: Finding = { finding: `${target.host} has no address.`, advice: '' };
  for (const address of addresses) {
    using limit = withTimeout(shareMs, signal);
    try {
      return { socket: await open(address, target.port, limit.signal), address };
    } catch (error) {
      if (signal.aborted) throw error;
      const at = `${address}:${target.port}`;
      failure = isTimeout(error) ? tcpTimeout(at, target.connectTimeoutMs) : tcpFailure(at, error);
    }
  }
  throw hopFailure('tcp', machineOf(target), failure);
}

export async function reach(place: Place): Promise<Socket> {
  const { target, log } = place;
  const machine = machineOf(target);
  const addresses = await log.step('name', machine, async () => {
    const notes = target.unsupported.map((one) => ` Not honoured: ${one}`).join('');
    if (isIP(target.host)) return { value: [target.host], finding: `An address needs no lookup.${notes}` };
    const value = await lookUp(place);
    return { value, finding: `${value.join(', ')}.${notes}` };
  });
  return log.step('tcp', machine, async () => {
    const { socket, address } = await openFirst(place, addresses);
    return { value: socket, finding: `${address}:${target.port} answers.` };
  });
}
