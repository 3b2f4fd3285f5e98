import { describe, expect, it } from 'vitest';
import { fingerprintOf, hashName, type KnownHostLine, type Marker } from './known-hosts';
import { judgeKey, typesKnown } from './verdict';

const FILE = '/home/me/.ssh/known_hosts';

function presented(type: string, body: string) {
  const blob = Buffer.from(`${type} ${body}`);
  return { type, blob, fingerprint: fingerprintOf(blob) };
}

const mine = presented('ssh-ed25519', 'mine');
const old = presented('ssh-ed25519', 'old');
const rsa = presented('ssh-rsa', 'rsa');

let next = 0;
function line(names: string, { type, blob }: typeof mine, marker: Marker = 'none'): KnownHostLine {
  next += 1;
  return { marker, names, type, blob, line: next };
}

function judge(...lines: KnownHostLine[]) {
  return judgeKey([{ path: FILE, lines }], 'box.example', mine);
}

describe('the verdict on a host key', () => {
  it('trusts a key that one of several lines or files holds', () => {
    expect(judge(line('box.example', old), line('other,box.*', mine))).toEqual({ kind: 'trusted' });
    const files = [
      { path: FILE, lines: [] },
      { path: '/etc/ssh/ssh_known_hosts', lines: [line(hashName('box.example', Buffer.alloc(20, 7)), mine)] },
    ];
    expect(judgeKey(files, 'box.example', mine)).toEqual({ kind: 'trusted' });
  });

  it('does not know a host without a line, nor one that a pattern excludes', () => {
    expect(judge(line('another', mine))).toEqual({ kind: 'unknown', notes: [] });
    expect(judge(line('*.example,!box.example', mine))).toEqual({ kind: 'unknown', notes: [] });
  });

  it('calls another key changed, one of another type too, and says where the known ones are', () => {
    const known = line('box.example', old);
    const place = { file: FILE, line: known.line, fingerprint: old.fingerprint, type: 'ssh-ed25519' };
    expect(judge(known)).toEqual({ kind: 'changed', known: [place] });
    expect(judge(line('box.example', rsa))).toMatchObject({ kind: 'changed', known: [{ type: 'ssh-rsa' }] });
  });

  it('says of a known line whether it is for other machines too', () => {
    const patternsOf = (name: string, names: string) => {
      const verdict = judgeKey([{ path: FILE, lines: [line(names, old)] }], name, mine);
      return verdict.kind === 'changed' ? verdict.known.map(({ patterns }) => patterns) : verdict.kind;
    };
    expect(patternsOf('box.example', 'box.example,10.0.0.7')).toEqual([undefined]);
    expect(patternsOf('box.example', hashName('box.example', Buffer.alloc(20, 7)))).toEqual([undefined]);
    expect(patternsOf('[box.example]:2222', '[box.example]:2222')).toEqual([undefined]);
    for (const names of ['*.example', '10.0.0.7,box.exampl?', '[*]:2222,*,!other'])
      expect(patternsOf('box.example', names)).toEqual([names]);
  });

  it('refuses a revoked key although another line trusts it', () => {
    const verdict = judge(line('box.example', mine), line('*', mine, 'revoked'));
    expect(verdict).toMatchObject({ kind: 'revoked', known: { fingerprint: mine.fingerprint } });
    expect(judge(line('box.example', mine), line('*', old, 'revoked'))).toEqual({ kind: 'trusted' });
  });

  it('does not take an authority for a key, and says that it is not supported', () => {
    const verdict = judge(line('*.example', mine, 'cert-authority'));
    expect(verdict).toEqual({ kind: 'unknown', notes: [expect.stringContaining('not supported')] });
  });

  it('names the types to ask the server for', () => {
    const lines = [
      line('box.example', rsa),
      line('box.example', old),
      line('box.*', mine),
      line('*', rsa, 'revoked'),
    ];
    expect(typesKnown([{ path: FILE, lines }], 'box.example')).toEqual(['ssh-rsa', 'ssh-ed25519']);
  });
});
