/**
 * The engine's multiplexed stream: frames of an 8-byte header (stream number, three zero bytes, length
 * big-endian) and a payload. Pure; chunks may be cut anywhere.
 */
export interface Frame {
  stream: 'stdout' | 'stderr';
  payload: Buffer;
}

const HEADER_BYTES = 8;
const LENGTH_OFFSET = 4;
const STDERR = 2;

export interface FrameParser {
  push(chunk: Buffer): Frame[];
  /** Bytes of a frame that has not fully arrived. */
  pendingBytes(): number;
}

export function createFrameParser(): FrameParser {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let wanted = HEADER_BYTES;

  /** Joined once per complete frame, never per chunk: a large frame in many chunks would cost its square. */
  function join(): Buffer {
    const joined = held.length === 1 && held[0] ? held[0] : Buffer.concat(held);
    held = [];
    heldBytes = 0;
    return joined;
  }

  function hold(rest: Buffer): void {
    if (rest.length === 0) return;
    held.push(rest);
    heldBytes += rest.length;
  }

  function cut(bytes: Buffer, frames: Frame[]): void {
    let offset = 0;
    wanted = HEADER_BYTES;
    while (bytes.length - offset >= HEADER_BYTES) {
      const end = offset + HEADER_BYTES + bytes.readUInt32BE(offset + LENGTH_OFFSET);
      if (end > bytes.length) {
        wanted = end - offset;
        break;
      }
      const stream = bytes[offset] === STDERR ? 'stderr' : 'stdout';
      frames.push({ stream, payload: bytes.subarray(offset + HEADER_BYTES, end) });
      offset = end;
    }
    hold(bytes.subarray(offset));
  }

  return {
    push(chunk) {
      const frames: Frame[] = [];
      hold(chunk);
      if (heldBytes >= wanted) cut(join(), frames);
      return frames;
    },
    pendingBytes: () => heldBytes,
  };
}
