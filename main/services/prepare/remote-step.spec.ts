import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cancelled, DomainError } from '../errors';
import type { SshSession } from '../hosts/ssh/face';
import { launcher, NO_VERDICT } from './remote-script';
import { runStep, type SessionSource } from './remote-step';
import { STILL_RUNNING } from './remote-stop';

type RunAsRoot = SshSession['runAsRoot'];
type Answer = (script: string, options: Parameters<RunAsRoot>[1]) => ReturnType<RunAsRoot>;

const STEP = {
  id: 'engine',
  commands: ['echo one', 'echo two'],
  mark: { step: 'engine', as: 'applied' },
} as const;
const step = { ...STEP, commands: [...STEP.commands] };
const ended = (exitCode: number, stderr = '') => Promise.resolve({ exitCode, stdout: '', stderr });
const lost = (hop: string) =>
  new DomainError('HOST_UNREACHABLE', { host: 'box', hop, detail: 'gone' }, `box: gone (${hop})`);

const isLauncher = (script: string) => script.includes('setsid');
const isStopper = (script: string) => script.includes('send TERM');
const fromLine = (script: string) => Number(/tail -n \+(\d+) log/.exec(script)?.[1]);

/** Answers of the host to each follower, in order; launching and stopping succeed. */
function host(...followers: Answer[]) {
  const scripts: string[] = [];
  const runAsRoot: RunAsRoot = (script, options) => {
    scripts.push(script);
    if (isLauncher(script) || isStopper(script)) return ended(0);
    const next = followers.shift();
    if (!next) throw new Error('one follower too many');
    return next(script, options);
  };
  const session: SessionSource = async () => ({ runAsRoot });
  return { scripts, session };
}

const prints =
  (lines: string[], then: () => ReturnType<RunAsRoot>): Answer =>
  (_script, { onLine }) => {
    for (const text of lines) onLine?.({ stream: 'stdout', text });
    return then();
  };

function run(session: SessionSource, signal = new AbortController().signal) {
  const lines: string[] = [];
  const waits: string[] = [];
  const told = { onLine: (text: string) => lines.push(text), onWait: (reason: string) => waits.push(reason) };
  const outcome = runStep(session, step, told, signal);
  outcome.catch(() => undefined);
  return { lines, waits, outcome };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('a step on a host', () => {
  it('answers what it printed and how it ended, any exit code', async () => {
    const { session } = host(prints(['$ echo one', 'one'], () => ended(100)));
    const { outcome, lines } = run(session);
    expect(await outcome).toEqual({ exitCode: 100 });
    expect(lines).toEqual(['$ echo one', 'one']);
  });

  it('is read on from the line where the link was lost, as often as that happens', async () => {
    const { session, scripts } = host(
      prints(['1', '2'], () => Promise.reject(lost('link'))),
      () => Promise.reject(lost('tcp')),
      () => Promise.reject(lost('name')),
      prints(['3'], () => Promise.reject(lost('link'))),
      prints(['4'], () => ended(0)),
    );
    const { outcome, lines, waits } = run(session);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await outcome).toEqual({ exitCode: 0 });
    expect(lines).toEqual(['1', '2', '3', '4']);
    expect(scripts.slice(1).map(fromLine)).toEqual([1, 3, 3, 3, 4]);
    expect(waits).toHaveLength(4);
  });

  it('takes nothing for its output that sudo says beside it', async () => {
    const noisy: Answer = (_script, { onLine }) => {
      onLine?.({ stream: 'stderr', text: 'sudo: unable to resolve host box' });
      onLine?.({ stream: 'stdout', text: 'one\u001b[2J' });
      return ended(0);
    };
    const { outcome, lines } = run(host(noisy).session);
    await outcome;
    expect(lines).toEqual(['one[2J']);
  });

  it('gives up at once where the machine itself refuses, or only a person can help', async () => {
    const refusing = host(...Array.from({ length: 9 }, (): Answer => () => Promise.reject(lost('program'))));
    const first = run(refusing.session);
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(first.outcome).rejects.toMatchObject({ data: { hop: 'program' } });
    expect(refusing.scripts).toHaveLength(2);
    const data = { host: 'box', user: 'ada', offered: [], tried: [], detail: '' };
    const asking = host(() => Promise.reject(new DomainError('AUTH_REQUIRED', data, 'a password is needed')));
    await expect(run(asking.session).outcome).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
  });

  it('says so when it was killed or the machine restarted', async () => {
    const { outcome } = run(host(() => ended(NO_VERDICT)).session);
    await expect(outcome).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('ended without an exit code'),
    });
  });

  it('says why it could not be started', async () => {
    const session: SessionSource = async () => ({
      runAsRoot: () => ended(1, 'mkdir: Read-only file system'),
    });
    await expect(run(session).outcome).rejects.toMatchObject({
      message: expect.stringContaining('Read-only file system'),
    });
  });
});

describe('a cancelled step', () => {
  /** Follows until the signal says otherwise. */
  const endless: Answer = (_script, { signal }) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(cancelled('The script')));
    });

  it('is ended on the host before the cancel is answered', async () => {
    const { session, scripts } = host(endless);
    const ending = new AbortController();
    const { outcome } = run(session, ending.signal);
    await vi.advanceTimersByTimeAsync(0);
    ending.abort();
    await expect(outcome).rejects.toMatchObject({ code: 'CANCELLED', message: 'Step engine was cancelled.' });
    expect(scripts.filter(isStopper)).toHaveLength(1);
  });

  it.each([
    [STILL_RUNNING, 'dpkg (812)\nsh (813)\n', 'could not be ended on the host: dpkg (812), sh (813).'],
    [1, '', 'whether it ended there could not be told'],
  ])('is said to be half cancelled where the host answers %i', async (exitCode, stdout, told) => {
    const { session } = host(endless);
    const ending = new AbortController();
    const stopping: SessionSource = async () => ({
      runAsRoot: async (script, options) => {
        const { runAsRoot } = await session();
        return isStopper(script) ? { exitCode, stdout, stderr: '' } : runAsRoot(script, options);
      },
    });
    const { outcome } = run(stopping, ending.signal);
    await vi.advanceTimersByTimeAsync(0);
    ending.abort();
    await expect(outcome).rejects.toMatchObject({
      code: 'CANCELLED',
      message: expect.stringContaining(told),
    });
  });

  it('is said to go on where the host could not be told', async () => {
    let away = false;
    const { session } = host(endless);
    const ending = new AbortController();
    const { outcome } = run(async () => {
      if (away) throw lost('tcp');
      return session();
    }, ending.signal);
    await vi.advanceTimersByTimeAsync(0);
    away = true;
    ending.abort();
    await vi.advanceTimersByTimeAsync(60_000);
    await expect(outcome).rejects.toMatchObject({
      code: 'CANCELLED',
      message: expect.stringContaining('may go on there'),
    });
  });
});

describe('the script of a step', () => {
  it('prints every command as it is written, however it is quoted', () => {
    const script = launcher({ ...step, commands: [`echo 'it''s'`, 'cat <<X\nbody\nX'] });
    expect(script).toContain(`printf '%s\\n' '$ echo '\\''it'\\'''\\''s'\\'''`);
    expect(script).toContain(`printf '%s\\n' '$ cat <<X …'`);
  });

  it('leaves its mark when it begins, and takes it away when it was taken back', () => {
    const path = '/var/lib/bizosaas-console/applied/engine';
    expect(launcher(step).indexOf(`: > ${path}`)).toBeLessThan(launcher(step).indexOf('echo one'));
    const undone = launcher({ ...step, mark: { step: 'engine', as: 'taken-back' } });
    expect(undone.indexOf(`rm -f ${path}`)).toBeGreaterThan(undone.indexOf('echo two'));
  });
});
