import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameParser, type Frame } from './docker-frames';

function encode({ stream, payload }: Frame): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream === 'stderr' ? 2 : 1;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

const frame = fc.record({
  stream: fc.constantFrom<Frame['stream']>('stdout', 'stderr'),
  payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
});

/** The bytes in pieces of these sizes, repeated until nothing is left. */
function cut(bytes: Buffer, sizes: number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let offset = 0, turn = 0; offset < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(bytes.subarray(offset, offset + size));
    offset += size;
  }
  return pieces;
}

describe('docker frames', () => {
  it('answers the same frames wherever the bytes are cut', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(frame), sizes, (frames, pieces) => {
        const parser = createFrameParser();
        const parsed = cut(Buffer.concat(frames.map(encode)), pieces).flatMap((piece) => parser.push(piece));
        expect(parsed).toEqual(frames);
        expect(parser.pendingBytes()).toBe(0);
      }),
    );
  });

  it('keeps what has not fully arrived', () => {
    const parser = createFrameParser();
    const bytes = encode({ stream: 'stdout', payload: Buffer.from('hello') });
    expect(parser.push(bytes.subarray(0, 10))).toEqual([]);
    expect(parser.pendingBytes()).toBe(10);
    expect(parser.push(bytes.subarray(10))).toHaveLength(1);
  });
});
