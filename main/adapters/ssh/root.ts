/** Programs as root on the other machine: as they are, through sudo without a password, or with it. */
import { cancelled } from '../../services/errors';
import type { SignInPrompts, SshSession, SshTarget } from '../../services/hosts/ssh/face';
import { hopFailure } from './hops';
import { createLineSplitter } from './lines';
import type { OpenLink } from './open-link';
import { type Output, type RunOptions, runProgram } from './programs';
import type { ShellFacts } from './shell-facts';

const SUDO_ATTEMPTS = 3;
/** sudo writes its prompt where the password is asked for; a mark tells it from anything the script says. */
const PROMPT = 'bizosaas-sudo-password:';

export interface RootOptions {
  hostId: string;
  prompts: SignInPrompts;
}

type Options = Parameters<SshSession['runAsRoot']>[1];
type Outcome = Awaited<ReturnType<SshSession['runAsRoot']>>;

export interface Account {
  link: OpenLink;
  facts: ShellFacts;
}

/** The script travels on standard input, after the password where one is needed: neither shows in a process list. */
export async function runAsRoot(
  { link, facts }: Account,
  script: string,
  options: Options,
  { hostId, prompts }: RootOptions,
): Promise<Outcome> {
  const run = (command: string, input: string) => runLines(link, command, input, options);
  if (facts.userId === 0) return run('sh -s', script);
  const { machine, target } = link.passage;
  if (!facts.programs.has('sudo')) {
    const finding = `${facts.user} is not root, and sudo is not installed.`;
    throw hopFailure('program', machine, { finding, advice: 'Sign in as root, or install sudo.' });
  }
  if (await allowedWithout(link, options.signal)) return run('sudo -n sh -s', script);
  const password = await askPassword(link, target, { hostId, prompts }, options.signal);
  return run(`sudo -S -p '' sh -s`, `${password}\n${script}`);
}

async function allowedWithout(link: OpenLink, signal?: AbortSignal): Promise<boolean> {
  return (await runProgram(link, 'sudo -n true', { signal })).exitCode === 0;
}

/** Answers a password sudo took. Rejects with CANCELLED when the person declines, AUTH_REQUIRED when nobody is there. */
async function askPassword(
  link: OpenLink,
  target: SshTarget,
  { hostId, prompts }: RootOptions,
  signal?: AbortSignal,
): Promise<string> {
  for (let attempt = 1; attempt <= SUDO_ATTEMPTS; attempt += 1) {
    const password = await prompts.sudoPassword({ hostId, target, attempt }, signal);
    const { exitCode, stderr } = await runProgram(link, `sudo -k -S -p '${PROMPT}' true`, {
      input: `${password}\n`,
      signal,
    });
    if (exitCode === 0) return password;
    if (/not in the sudoers|may not run|not allowed/i.test(stderr)) break;
    prompts.refused(hostId, target, 'sudo');
  }
  const finding = `${target.user} may not become root with sudo.`;
  const advice = 'Add the account to the group "sudo", or sign in as root.';
  throw hopFailure('program', link.passage.machine, { finding, advice });
}

async function runLines(link: OpenLink, command: string, input: string, options: Options): Promise<Outcome> {
  const { signal, onLine } = options;
  const splitters = {
    stdout: createLineSplitter((text) => onLine?.({ stream: 'stdout', text })),
    stderr: createLineSplitter((text) => onLine?.({ stream: 'stderr', text })),
  };
  const running: RunOptions = { input, signal, onChunk: (stream, chunk) => splitters[stream].push(chunk) };
  const output: Output = await runProgram(link, command, running).catch((error: unknown) => {
    throw signal?.aborted ? cancelled('The script') : error;
  });
  splitters.stdout.end();
  splitters.stderr.end();
  if (output.exitCode !== null) return { ...output, exitCode: output.exitCode };
  throw hopFailure('program', link.passage.machine, {
    finding: 'The script was ended from outside.',
    advice: '',
  });
}
