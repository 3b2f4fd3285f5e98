import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendLine, appliesTo, fingerprintOf, hashName, isHashed, parseKnownHosts } from './known-hosts';

function blobOf(type: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(body)]);
}

const TYPE = 'ssh-ed25519';
const BASE64 = blobOf(TYPE, 'key').toString('base64');

const hostName = fc
  .array(fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?$/), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('.'));
const name = fc.oneof(
  hostName,
  fc.tuple(hostName, fc.integer({ min: 1, max: 65_535 })).map(([host, port]) => `[${host}]:${port}`),
);

describe('known_hosts lines', () => {
  it('reads names, marker, type and key; passes over comments, blanks and what is damaged', () => {
    const lines = parseKnownHosts(
      [
        '# comment',
        '',
        `a,b ${TYPE} ${BASE64} comment with words`,
        `@revoked * ${TYPE} ${BASE64}\r`,
        `@cert-authority *.example ${TYPE} ${BASE64}`,
        `@unheard-of a ${TYPE} ${BASE64}`,
        `a ssh-rsa ${BASE64}`,
        `a ${TYPE} not*base64`,
        `a ${TYPE}`,
      ].join('\n'),
    );
    expect(lines.map(({ marker, names, line }) => ({ marker, names, line }))).toEqual([
      { marker: 'none', names: 'a,b', line: 3 },
      { marker: 'revoked', names: '*', line: 4 },
      { marker: 'cert-authority', names: '*.example', line: 5 },
    ]);
  });

  it('never fails, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, wanted) => {
        for (const line of parseKnownHosts(text)) appliesTo(line, wanted);
      }),
    );
  });

  it('a hashed name fits its own name in any case, and no other', () => {
    fc.assert(
      fc.property(name, name, fc.uint8Array({ minLength: 20, maxLength: 20 }), (own, other, salt) => {
        const names = hashName(own, Buffer.from(salt));
        expect(isHashed(names)).toBe(true);
        expect(appliesTo({ names }, own.toUpperCase())).toBe(true);
        expect(appliesTo({ names }, other)).toBe(other === own);
      }),
    );
  });

  it('what is appended is read back, and everything before it stays', () => {
    const before = fc.array(fc.oneof(fc.constant(`a ${TYPE} ${BASE64}`), fc.string()), { maxLength: 5 });
    fc.assert(
      fc.property(before, fc.constantFrom('\n', '\r\n'), name, (lines, end, added) => {
        const content = Buffer.from(lines.join(end));
        const after = appendLine(content, `${added} ${TYPE} ${BASE64}`);
        expect(after.subarray(0, content.length)).toEqual(content);
        const last = parseKnownHosts(after.toString('utf8')).at(-1);
        expect(last).toMatchObject({ marker: 'none', names: added, type: TYPE });
      }),
    );
  });

  it('takes a damaged hash for one that fits nothing', () => {
    for (const names of ['|1|', '|1|abc', '|1||', '|2|x|y', `|1|${randomBytes(20).toString('base64')}|`])
      expect(appliesTo({ names }, 'a'), names).toBe(false);
  });

  it('prints fingerprints without padding', () => {
    expect(fingerprintOf(Buffer.from('key'))).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  });
});
