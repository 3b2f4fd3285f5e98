/**
 * Asks a person for what signing in needs: a live list of open questions for whoever watches, window or
 * terminal. Answers go one way, into the waiting call; the list never carries one.
 */
import type { LiveUpdate, SignInAnswer, SignInQuestion } from '../../../preload/contract';
import { cancellable } from '../../streams/abortable';
import { createDeferred } from '../../streams/deferred';
import { createLiveList } from '../../streams/live-list';
import { createNotifier, type Notifier } from '../../streams/notifier';
import { cancelled, DomainError } from '../errors';

const COALESCE_MS = 20;

type QuestionKind = SignInQuestion['kind'];
/** A question before it is put: without what the room itself adds. */
export type Draft = SignInQuestion extends infer Q
  ? Q extends SignInQuestion
    ? Omit<Q, 'id' | 'askedAt'>
    : never
  : never;

export interface QuestionBoardDeps {
  newId: () => string;
  /** Epoch milliseconds. */
  now: () => number;
}

export interface QuestionBoard {
  /**
   * Puts a question and resolves with the answer. The same question asked twice at a time is put once.
   * Rejects with `nobody()` when nobody watches, CANCELLED when the person declines or the signal aborts.
   */
  ask(draft: Draft, nobody: () => DomainError, signal?: AbortSignal): Promise<SignInAnswer>;
  watch(signal: AbortSignal): AsyncIterable<LiveUpdate<SignInQuestion>>;
  /** Rejects with NOT_FOUND for a question that is no longer open, INVALID_INPUT for an answer of another kind. */
  answer(questionId: string, answer: SignInAnswer): void;
  asking(hostId: string): boolean;
  /** Moves on when somebody comes to watch. */
  readonly arrivals: Notifier;
  /** Hosts whose questions nobody was there for, since the last call. */
  takeMissed(): string[];
}

interface Open {
  question: SignInQuestion;
  settled: Promise<SignInAnswer>;
  settle(answer: SignInAnswer): void;
  waiting: number;
}

const ANSWERS: Record<QuestionKind, SignInAnswer['kind']> = {
  'host-key': 'trust',
  passphrase: 'secret',
  password: 'secret',
  sudo: 'secret',
  prompts: 'answers',
};

export function createQuestionBoard({ newId, now }: QuestionBoardDeps): QuestionBoard {
  const live = createLiveList<SignInQuestion>({ id: ({ id }) => id, coalesceMs: COALESCE_MS });
  const open = new Map<string, Open>();
  const arrivals = createNotifier();
  const missed = new Set<string>();
  let watchers = 0;

  function put(draft: Draft): Open {
    const question: SignInQuestion = { ...draft, id: newId(), askedAt: now() };
    const { promise, resolve } = createDeferred<SignInAnswer>();
    const entry: Open = { question, settled: promise, settle: resolve, waiting: 0 };
    open.set(question.id, entry);
    live.upsert(question);
    return entry;
  }

  function same(draft: Draft): Open | undefined {
    const wanted = identityOf(draft);
    return [...open.values()].find(({ question }) => identityOf(question) === wanted);
  }

  function withdraw({ question }: Open): void {
    open.delete(question.id);
    live.remove(question.id);
  }

  return {
    async ask(draft, nobody, signal) {
      if (signal?.aborted) throw cancelled('The sign-in');
      if (watchers === 0) {
        missed.add(draft.hostId);
        throw nobody();
      }
      const entry = same(draft) ?? put(draft);
      entry.waiting += 1;
      try {
        const answer = await untilAborted(entry.settled, signal);
        if (answer.kind === 'decline') throw declined(draft);
        return answer;
      } finally {
        entry.waiting -= 1;
        if (entry.waiting === 0) withdraw(entry);
      }
    },
    watch: (signal) =>
      cancellable(signal, async function* (inner) {
        watchers += 1;
        arrivals.notify();
        try {
          yield* live.watch(inner);
        } finally {
          watchers -= 1;
        }
      }),
    answer(questionId, answer) {
      const entry = open.get(questionId);
      if (!entry) throw gone(questionId);
      checkAnswer(entry.question, answer);
      withdraw(entry);
      entry.settle(answer);
    },
    asking: (hostId) => [...open.values()].some(({ question }) => question.hostId === hostId),
    arrivals,
    takeMissed() {
      const hosts = [...missed];
      missed.clear();
      return hosts;
    },
  };
}

/** Not a task that somebody stopped: says what was refused, what was not sent because of it, and how to go on. */
function declined({ kind, machine }: Draft): DomainError<'CANCELLED'> {
  const operation = `The sign-in to ${machine}`;
  const words =
    kind === 'host-key'
      ? `The host key of ${machine} was declined here. No user name, password or key was sent.`
      : `The sign-in to ${machine} was declined here. The question was closed, and no answer was sent.`;
  const data = { operation, declined: { question: kind, machine } };
  return new DomainError('CANCELLED', data, `${words} Connect again to be asked again.`);
}

function identityOf({ id: _, askedAt: __, ...rest }: Partial<SignInQuestion>): string {
  return JSON.stringify(rest, Object.keys(rest).sort());
}

function checkAnswer(question: SignInQuestion, answer: SignInAnswer): void {
  if (answer.kind === 'decline') return;
  const wanted = ANSWERS[question.kind];
  if (answer.kind !== wanted) throw unfit(`this question wants an answer of the kind ${wanted}`);
  if (question.kind !== 'prompts' || answer.kind !== 'answers') return;
  const { length } = question.prompts;
  if (answer.answers.length !== length) throw unfit(`${length} answers are wanted`);
}

function unfit(detail: string): DomainError<'INVALID_INPUT'> {
  return new DomainError('INVALID_INPUT', { field: 'answer', detail }, `The answer was not used: ${detail}.`);
}

function gone(name: string): DomainError<'NOT_FOUND'> {
  return new DomainError('NOT_FOUND', { kind: 'question', name }, 'This question is no longer open.');
}

function untilAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(cancelled('The sign-in'));
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
