import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineAssembler, MAX_LINE_BYTES } from './log-lines';

const STAMP = '2026-11-23T06:27:42.123456789Z';

const letters = fc.array(fc.constantFrom('a', ' ', 'ä', '€', '😀')).map((list) => list.join(''));

describe('log lines', () => {
  it('puts a line that the engine cut into frames together, each frame stamped', () => {
    fc.assert(
      fc.property(letters, fc.integer({ min: 5, max: 50 }), (said, size) => {
        const text = said.replace(/[\r\n]/g, '');
        const bytes = Buffer.from(`${text}\n`);
        const assembler = createLineAssembler();
        const lines = [];
        for (let offset = 0; offset < bytes.length; offset += size) {
          const part = bytes.subarray(offset, offset + size);
          lines.push(...assembler.push('stdout', Buffer.concat([Buffer.from(`${STAMP} `), part])));
        }
        expect(lines).toEqual([{ stream: 'stdout', at: Date.parse(STAMP), stamp: STAMP, text }]);
        expect(assembler.finish()).toEqual([]);
      }),
    );
  });

  it('keeps both outputs apart and hands out what had no newline', () => {
    const assembler = createLineAssembler();
    expect(assembler.push('stdout', Buffer.from(`${STAMP} half`))).toEqual([]);
    expect(assembler.push('stderr', Buffer.from(`${STAMP} whole\r\n`))).toMatchObject([{ text: 'whole' }]);
    expect(assembler.finish()).toMatchObject([{ stream: 'stdout', text: 'half' }]);
  });

  it('hands out an endless line in pieces', () => {
    const assembler = createLineAssembler();
    const part = Buffer.concat([Buffer.from(`${STAMP} `), Buffer.alloc(16_384, 120)]);
    let lines = 0;
    for (let sent = 0; sent < 3 * MAX_LINE_BYTES; sent += 16_384)
      lines += assembler.push('stdout', part).length;
    expect(lines).toBe(3);
  });

  it('takes a text without a stamp as it is', () => {
    expect(createLineAssembler().push('stdout', Buffer.from('no stamp\n'))).toMatchObject([
      { text: 'no stamp', stamp: '', at: 0 },
    ]);
  });
});
