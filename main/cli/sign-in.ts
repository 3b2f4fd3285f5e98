/** Answers on the terminal what signing in to a host asks, one question after the other. */
import type { LiveUpdate, SignInAnswer, SignInQuestion } from '../../preload/contract';
import type { HostsService } from '../services/hosts/face';
import type { Terminal } from './terminal';

type Asking = Pick<Terminal, 'ask' | 'askSecret' | 'note'>;

/** Ends with the signal. Where nobody can be asked it does not even watch, so that questions fail at once. */
export async function answerOnTerminal(
  hosts: Pick<HostsService, 'questions' | 'answer'>,
  terminal: Asking & Pick<Terminal, 'interactive'>,
  signal: AbortSignal,
): Promise<void> {
  if (!terminal.interactive) return;
  const seen = new Set<string>();
  for await (const update of hosts.questions(signal)) {
    for (const question of itemsOf(update)) {
      if (seen.has(question.id)) continue;
      seen.add(question.id);
      const answer = await askOnTerminal(question, terminal);
      // The connection may have given up waiting meanwhile; it says so itself.
      await hosts.answer(question.id, answer).catch(() => undefined);
    }
  }
}

function itemsOf(update: LiveUpdate<SignInQuestion>): SignInQuestion[] {
  return update.type === 'snapshot' ? update.items : update.upsert;
}

export async function askOnTerminal(question: SignInQuestion, terminal: Asking): Promise<SignInAnswer> {
  switch (question.kind) {
    case 'host-key':
      return decideKey(question, terminal);
    case 'prompts':
      return answerPrompts(question, terminal);
    case 'passphrase':
    case 'password':
    case 'sudo': {
      const secret = await terminal.askSecret(secretWords(question));
      return secret === null ? { kind: 'decline' } : { kind: 'secret', secret, keep: 'memory' };
    }
  }
}

type KeyQuestion = Extract<SignInQuestion, { kind: 'host-key' }>;

async function decideKey(question: KeyQuestion, terminal: Asking): Promise<SignInAnswer> {
  const { machine, keyType, fingerprint, notes } = question;
  terminal.note(`The host key of ${machine} is not known:\n  ${keyType} ${fingerprint}\n`);
  for (const note of notes) terminal.note(`  ${note}\n`);
  for (;;) {
    const typed = (await terminal.ask('Is this the key of that machine? Type yes or no: '))?.trim();
    if (typed === 'yes') return { kind: 'trust' };
    if (typed === 'no' || typed === undefined) return { kind: 'decline' };
  }
}

type SecretQuestion = Extract<SignInQuestion, { keyFile: string }>;

function secretWords({ kind, machine, keyFile, attempt }: SecretQuestion): string {
  const again = attempt > 1 ? ` (attempt ${attempt}, the last was refused)` : '';
  const words = {
    passphrase: `Passphrase of ${keyFile}`,
    password: `Password of ${machine}`,
    sudo: `sudo password on ${machine}`,
  };
  return `${words[kind]}${again}: `;
}

type PromptsQuestion = Extract<SignInQuestion, { kind: 'prompts' }>;

async function answerPrompts(question: PromptsQuestion, terminal: Asking): Promise<SignInAnswer> {
  const heading = [question.title, question.instructions].filter((line) => line !== '');
  terminal.note(`${question.machine} asks:\n${heading.map((line) => `${line}\n`).join('')}`);
  const answers: string[] = [];
  for (const { text, echo } of question.prompts) {
    const typed = await (echo ? terminal.ask(`${text} `) : terminal.askSecret(`${text} `));
    if (typed === null) return { kind: 'decline' };
    answers.push(typed);
  }
  return { kind: 'answers', answers };
}
