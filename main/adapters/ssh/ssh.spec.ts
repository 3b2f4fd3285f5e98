import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnswer } from './asker';
import { parseCgroupAnswer } from './cgroup-stats';
import { createHopLog, hopFailure } from './hops';
import { presentedKey, sortAlgorithms } from './host-key';
import { publicPartOf } from './key-files';
import { createLineSplitter } from './lines';
import { guarded, parseDisk } from './machine';
import { commandLine } from './quoting';
import { parseShellFacts, shellQuestion } from './shell-facts';
import { createSlots } from './slots';
import {
  bannerTimeout,
  closedBeforeBanner,
  keyExchangeFailure,
  machineOf,
  sanitise,
  shellFailure,
  signInCut,
  tcpFailure,
} from './words';

const coded = (code: string) => Object.assign(new Error(code), { code });

describe('command lines', () => {
  it('hands every argument on as it is', () => {
    const argument = fc.string({ unit: 'binary' }).filter((one) => !/[\0\ud800-\udfff]/.test(one));
    fc.assert(
      fc.property(fc.array(argument, { minLength: 1, maxLength: 4 }), (args) => {
        const printed = execFileSync('sh', ['-c', commandLine('printf', ['%s\\0', ...args])]).toString(
          'utf8',
        );
        expect(printed).toBe(args.map((one) => `${one}\0`).join(''));
      }),
      { numRuns: 30 },
    );
  });

  it('asks for a program before it is run', () => {
    const script = (command: string) =>
      execFileSync('sh', { input: guarded(command, ['a b', '$x']) }).toString();
    expect(script('echo')).toBe('a b $x\n');
    expect(() => script('no-such-program-here')).toThrow(/bizosaas-missing-program/);
  });
});

describe('the questions to the shell', () => {
  it('understand what this machine answers', () => {
    const stdout = `rc file noise\n${execFileSync('sh', { input: shellQuestion('/nonexistent.sock') }).toString()}`;
    const facts = parseShellFacts(stdout);
    expect(facts).toMatchObject({ userId: process.getuid?.(), sockets: [] });
    expect(facts?.user).not.toBe('');
    expect(facts?.groups.length).toBeGreaterThan(0);
  });

  it('read sockets with their owners, and no answer of a stranger', () => {
    const said =
      'bizosaas-shell\nuid 1000\nuser me\ngroups me sudo\nsocket no /var/run/docker.sock root docker\nprogram docker\nsudo yes\nrunning dockerd\n';
    expect(parseShellFacts(said)).toEqual({
      ...{ userId: 1000, user: 'me', groups: ['me', 'sudo'], sudo: true, running: true },
      sockets: [{ path: '/var/run/docker.sock', accessible: false, owner: 'root docker' }],
      programs: new Set(['docker']),
    });
    expect(parseShellFacts('This account is currently not available.\n')).toBeNull();
  });

  it('find the end of an answer, whatever stands in it', () => {
    expect(parseAnswer('a\nb\n\nmark-1 3\n', 'mark-1')).toEqual({ stdout: 'a\nb\n', exitCode: 3 });
    expect(parseAnswer('mark-10 3\n', 'mark-1')).toBeNull();
    expect(parseAnswer('a 3\n', 'mark-1')).toBeNull();
  });

  it('read free space from the columns of df', () => {
    const said = 'Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/x 100 40 60 40% /a b\n';
    expect(parseDisk(said)).toEqual({ freeBytes: 60 * 1024, totalBytes: 100 * 1024 });
    expect(parseDisk('')).toBeNull();
    expect(parseDisk('df: no such file\n')).toBeNull();
  });

  it('read the counters of containers and leave out what ended', () => {
    const said = [
      'at 100.25 4',
      'aaaaaaaaaaaa ns 5000 300 100 max 7 8',
      'bbbbbbbbbbbb us 5 300 0 1000 0 0',
      'cccccccccccc ns   0 max 0 0',
      '',
    ];
    const answer = parseCgroupAnswer(said.join('\n'));
    expect(answer?.uptimeMs).toBe(100_250);
    expect(Object.fromEntries(answer?.samples ?? [])).toEqual({
      aaaaaaaaaaaa: {
        ...{ cpuTotalNs: 5000, systemCpuNs: null, onlineCpus: 4, memoryBytes: 200, memoryLimitBytes: null },
        ...{ receivedBytes: 7, transmittedBytes: 8 },
      },
      bbbbbbbbbbbb: {
        ...{ cpuTotalNs: 5000, systemCpuNs: null, onlineCpus: 4, memoryBytes: 300, memoryLimitBytes: 1000 },
        ...{ receivedBytes: 0, transmittedBytes: 0 },
      },
    });
    expect(parseCgroupAnswer('sh: awk: not found')).toBeNull();
  });
});

describe('lines', () => {
  it('are whole wherever the chunks end', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'grapheme' }).map((one) => one.replace(/[\r\n]/g, '')),
          { minLength: 1 },
        ),
        fc.integer({ min: 1, max: 7 }),
        (lines, size) => {
          const bytes = Buffer.from(`${lines.join('\n')}\n`);
          const seen: string[] = [];
          const splitter = createLineSplitter((line) => seen.push(line));
          for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size));
          splitter.end();
          expect(seen).toEqual(bytes.toString('utf8').slice(0, -1).split('\n'));
        },
      ),
    );
  });
});

describe('host keys', () => {
  it('are fingerprinted as ssh-keygen does', () => {
    const blob = Buffer.from(
      'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl',
      'base64',
    );
    expect(presentedKey(blob)).toMatchObject({
      type: 'ssh-ed25519',
      fingerprint: 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU',
    });
  });

  it('are asked for by known type first, RSA with signatures of today', () => {
    expect(sortAlgorithms([])[0]).toBe('ssh-ed25519');
    expect(sortAlgorithms(['ssh-rsa']).slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
    for (const types of [[], ['ssh-rsa'], ['ecdsa-sha2-nistp384', 'ssh-dss']])
      expect(new Set(sortAlgorithms(types)).size).toBe(6);
  });
});

describe('key files', () => {
  it('show their public part although they are encrypted, and nothing where there is none', () => {
    expect(publicPartOf('-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n')).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const body = Buffer.concat([Buffer.from('openssh-key-v1\0'), bytes]).toString('base64');
        const part = publicPartOf(
          `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`,
        );
        expect(part === null || Buffer.isBuffer(part)).toBe(true);
      }),
    );
  });
});

describe('words', () => {
  it('name a machine', () => {
    expect(machineOf({ user: 'me', host: 'example.org', port: 22 })).toBe('me@example.org:22');
    expect(machineOf({ user: 'me', host: '::1', port: 2222 })).toBe('me@[::1]:2222');
  });

  it('show text of a stranger on one short, printable line', () => {
    expect(sanitise('a\u001b[31m\r\n\tb\u0000\u202ec')).toBe('a [31m b c');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (said) => {
        const shown = sanitise(said);
        expect(shown.length).toBeLessThanOrEqual(200);
        expect(shown).not.toMatch(/\p{C}/u);
      }),
    );
  });

  it.each([
    [tcpFailure('h:22', coded('ECONNREFUSED')), /refused.*nothing listens/],
    [tcpFailure('h:22', coded('EHOSTUNREACH')), /no route/],
    [tcpFailure('h:22', coded('EOTHER')), /EOTHER/],
    [bannerTimeout(5_000, ''), /no SSH banner came within 5 s/],
    [bannerTimeout(5_000, 'HTTP/1.1 400'), /not an SSH server.*HTTP/],
    [closedBeforeBanner('Exceeded MaxStartups'), /MaxStartups/],
    [keyExchangeFailure('Handshake failed: no matching C->S cipher'), /No common algorithm for encryption/],
    [keyExchangeFailure('Handshake failed: no matching host key format'), /for host key/],
    [keyExchangeFailure('Handshake failed: signature verification failed'), /could not prove/],
    [signInCut('Too many authentication failures'), /too many authentication failures/],
    [signInCut('Your account has expired'), /expired/],
    [signInCut(''), /ended the sign-in/],
    [shellFailure(1, 'Your password has expired'), /needs attention/],
    [shellFailure(1, 'This account is currently not available.'), /may not run programs/],
    [shellFailure(null, ''), /without an exit code/],
  ])('say what was found and what to do: %s', (finding, pattern) => {
    expect(finding.finding).toMatch(pattern);
    expect(finding.advice).toMatch(/\.$|ssh\)/);
    expect(`${finding.finding} ${finding.advice}`).not.toMatch(/!|\bwe\b/i);
  });
});

describe('hops', () => {
  it('keep the time, the finding and the advice of each', async () => {
    let at = 0;
    const seen: string[] = [];
    const log = createHopLog(
      () => at,
      ({ hop, state }) => seen.push(`${hop} ${state}`),
    );
    await log.step('tcp', 'm', async () => {
      at = 12;
      return { value: 1, finding: 'fine' };
    });
    const failing = log.step('banner', 'm', async () => {
      throw hopFailure('banner', 'm', { finding: 'Silence.', advice: 'Wait.' });
    });
    await expect(failing).rejects.toMatchObject({ message: 'm: Silence. Wait.' });
    expect(log.reports).toEqual([
      { hop: 'tcp', machine: 'm', state: 'passed', durationMs: 12, finding: 'fine', advice: '' },
      { hop: 'banner', machine: 'm', state: 'failed', durationMs: 0, finding: 'Silence.', advice: 'Wait.' },
    ]);
    expect(seen).toEqual(['tcp running', 'tcp passed', 'banner running', 'banner failed']);
  });
});

describe('slots', () => {
  it('let in as many as may be in, in turn, also when that changes', async () => {
    let limit = 2;
    let pressed = 0;
    const slots = createSlots({ limit: () => limit, onPressure: () => (pressed += 1) });
    const first = await slots.acquire();
    const second = await slots.acquire();
    const third = slots.acquire();
    await expect(slots.acquire(AbortSignal.timeout(5))).rejects.toThrow();
    expect([slots.used, slots.waiting, pressed]).toEqual([2, 1, 2]);
    limit = 1;
    first();
    first();
    expect(slots.waiting).toBe(1);
    second();
    (await third)();
    expect([slots.used, slots.waiting]).toEqual([0, 0]);
  });
});
