import type { Duplex } from 'node:stream';
import type { Answer } from './judge';

const REPLY_LIMIT_BYTES = 4 * 1024;
const PROTOCOL_3 = 196_608;
const CANNOT_CONNECT_NOW = '57P03';

/**
 * Asks as pg_isready does: any authentication request or any refusal except 57P03 means that the
 * server takes connections. No credential is sent.
 */
export async function startPostgres(connection: Duplex): Promise<Answer> {
  connection.write(startupPacket({ user: 'bizosaas_probe', database: 'postgres' }));
  const reply = await readReply(connection, isWholeMessage);
  if (reply[0] === LETTER_R) return { kind: 'accepting', detail: 'accepts connections' };
  if (reply[0] !== LETTER_E)
    return { kind: 'other-protocol', expected: 'PostgreSQL', excerpt: reply.toString('latin1') };
  const state = sqlState(reply);
  if (state === CANNOT_CONNECT_NOW)
    return { kind: 'starting', detail: 'is starting up and takes no connections yet (57P03)' };
  return { kind: 'accepting', detail: `accepts connections (${state || 'asks who it is'})` };
}

const LETTER_R = 0x52;
const LETTER_E = 0x45;

function startupPacket(parameters: Record<string, string>): Buffer {
  const pairs = Object.entries(parameters).flat();
  const body = Buffer.concat([...pairs.map((part) => Buffer.from(`${part}\0`)), Buffer.from([0])]);
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(PROTOCOL_3, 4);
  return Buffer.concat([head, body]);
}

/** Type letter and a length that counts itself; another protocol's first byte is answer enough. */
function isWholeMessage(bytes: Buffer): boolean {
  if (bytes[0] !== LETTER_R && bytes[0] !== LETTER_E) return true;
  return bytes.length >= 5 && bytes.length > bytes.readInt32BE(1);
}

/** ErrorResponse: a type letter, a length, then fields of one letter and a zero-ended text; C is the SQLSTATE. */
function sqlState(reply: Buffer): string {
  const fields = reply.subarray(5).toString('latin1').split('\0');
  return fields.find((field) => field.startsWith('C'))?.slice(1) ?? '';
}

export async function pingRedis(connection: Duplex): Promise<Answer> {
  connection.write('PING\r\n');
  const reply = await readReply(connection, (bytes) => bytes.includes('\r\n'));
  const line = reply.toString('latin1').split('\r\n')[0] ?? '';
  if (line.startsWith('+PONG')) return { kind: 'accepting', detail: 'answers PING with PONG' };
  if (line.startsWith('-NOAUTH') || line.startsWith('-NOPERM')) {
    return { kind: 'accepting', detail: 'answers and asks for its password' };
  }
  if (line.startsWith('-LOADING')) return { kind: 'starting', detail: 'is loading its data set into memory' };
  if (line.startsWith('-')) return { kind: 'starting', detail: `answers PING with ${line.slice(1, 80)}` };
  return { kind: 'other-protocol', expected: 'Redis', excerpt: line };
}

/** Reads until `enough` or the limit; what came before an early end counts, nothing at all is an error. */
function readReply(connection: Duplex, enough: (bytes: Buffer) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const end = () => (bytes.length > 0 ? resolve(bytes) : reject(new Error('closed without an answer')));
    connection.on('data', (part: Buffer) => {
      bytes = Buffer.concat([bytes, part]);
      if (enough(bytes) || bytes.length >= REPLY_LIMIT_BYTES) resolve(bytes);
    });
    connection.on('end', end);
    connection.on('close', end);
    connection.on('error', end);
  });
}
