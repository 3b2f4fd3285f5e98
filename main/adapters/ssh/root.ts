/** Programs as root on the other machine: as they are, through sudo without a password, or with it. */
import { cancelled } from '../../services/errors';
import type { SignInPrompts, SshSession } from '../../services/hosts/ssh/face';
import { hopFailure } from './hops';
import { createLineSplitter } from './lines';
import type { OpenLink } from './open-link';
import { type Output, runProgram } from './programs';
import type { ShellFacts } from './shell-facts';
import { type SudoOutcome, throughSudo } from './sudo';
import { sanitise } from './words';

const SUDO_ATTEMPTS = 3;

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

/** Script and password travel on standard input: neither shows in a process list. */
export async function runAsRoot(
  { link, facts }: Account,
  script: string,
  options: Options,
  root: RootOptions,
): Promise<Outcome> {
  const { machine } = link.passage;
  const output = await asRoot({ link, facts }, script, options, root).catch((error: unknown) => {
    throw options.signal?.aborted ? cancelled('The script') : error;
  });
  if (output.exitCode !== null) return { ...output, exitCode: output.exitCode };
  throw hopFailure('program', machine, { finding: 'The script ended without an exit code.', advice: '' });
}

async function asRoot(
  account: Account,
  script: string,
  options: Options,
  root: RootOptions,
): Promise<Output> {
  const { link, facts } = account;
  const { signal } = options;
  if (facts.userId === 0) return plainly(link, 'exec sh', script, options);
  if (!facts.programs.has('sudo')) {
    const finding = `${facts.user} is not root, and sudo is not installed.`;
    throw hopFailure('program', link.passage.machine, {
      finding,
      advice: 'Sign in as root, or install sudo.',
    });
  }
  const { exitCode } = await runProgram(link, 'sudo -n true', { signal });
  if (exitCode === 0) return plainly(link, 'exec sudo -n sh', script, options);
  return withPassword(link, script, options, root);
}

async function plainly(link: OpenLink, shell: string, script: string, options: Options): Promise<Output> {
  const lines = createLines(options.onLine);
  const running = { input: script, killable: true, signal: options.signal, onChunk: lines.push };
  const output = await runProgram(link, shell, running);
  lines.end();
  return output;
}

/** Rejects with CANCELLED when the person declines, AUTH_REQUIRED when nobody is there to be asked. */
async function withPassword(
  link: OpenLink,
  script: string,
  options: Options,
  { hostId, prompts }: RootOptions,
): Promise<Output> {
  const { machine, target } = link.passage;
  let said = '';
  for (let attempt = 1; attempt <= SUDO_ATTEMPTS; attempt += 1) {
    const password = await prompts.sudoPassword({ hostId, target, attempt }, options.signal);
    const lines = createLines(options.onLine);
    const outcome: SudoOutcome = await throughSudo(link, { password, script }, lines.push, options.signal);
    lines.end();
    if (outcome.kind === 'ran') return outcome.output;
    ({ said } = outcome);
    if (outcome.kind === 'not-allowed') break;
    prompts.refused(hostId, target, 'sudo');
  }
  const finding = `${target.user} may not become root with sudo: ${sanitise(said) || 'the password was wrong'}.`;
  const advice = 'Add the account to the group "sudo", or sign in as root.';
  throw hopFailure('program', machine, { finding, advice });
}

function createLines(onLine: Options['onLine']) {
  const stdout = createLineSplitter((text) => onLine?.({ stream: 'stdout', text }));
  const stderr = createLineSplitter((text) => onLine?.({ stream: 'stderr', text }));
  return {
    push: (stream: 'stdout' | 'stderr', chunk: Buffer) => (stream === 'stdout' ? stdout : stderr).push(chunk),
    end() {
      stdout.end();
      stderr.end();
    },
  };
}
