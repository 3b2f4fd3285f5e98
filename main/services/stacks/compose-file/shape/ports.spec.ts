import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePort } from './ports';

const port = fc.integer({ min: 1, max: 65_535 });

describe('a short port', () => {
  it('says the same as its parts', () => {
    const host = fc.constantFrom('', '127.0.0.1', '[::1]', '0.0.0.0', '[2001:db8::2]');
    const protocol = fc.constantFrom('tcp', 'udp', 'sctp');
    fc.assert(
      fc.property(host, port, port, protocol, (ip, published, target, kind) => {
        const words = `${ip === '' ? '' : `${ip}:`}${published}:${target}/${kind}`;
        const hostIp = ip.replace(/[[\]]/g, '');
        expect(parsePort(words)).toEqual([{ hostIp, published: String(published), target, protocol: kind }]);
      }),
    );
  });

  it('pairs ranges one to one', () => {
    const range = fc.tuple(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 0, max: 50 }));
    fc.assert(
      fc.property(range, fc.integer({ min: 1, max: 60_000 }), ([from, more], inside) => {
        const words = `${from}-${from + more}:${inside}-${inside + more}`;
        const mappings = parsePort(words);
        if (typeof mappings === 'string') throw new Error(mappings);
        expect(mappings.map(({ target }) => target)).toEqual(
          Array.from({ length: more + 1 }, (_, i) => inside + i),
        );
        expect(mappings.at(-1)?.published).toBe(more === 0 ? `${from}` : `${from + more}`);
      }),
    );
  });

  it.each([
    '',
    ':',
    '0x50',
    '80:',
    '-80',
    '90-80',
    '1-2:3-5',
    '80/icmp',
    '80/tcp/udp',
    '1.2.3:80:80',
    '70000',
  ])('%j is refused', (words) => expect(parsePort(words)).toEqual(expect.any(String)));

  it('never throws', () => {
    const unit = fc.constantFrom('0', '8', ':', '-', '/', '.', '[', ']', 't', 'c', 'p');
    fc.assert(fc.property(fc.string({ unit }), (words) => void parsePort(words)));
  });
});
