/** Everything signing in needs of a person, in one place: the questions, their answers, and what is remembered. */
import type { LiveUpdate, SignInAnswer, SignInQuestion } from '../../../preload/contract';
import { createPrompts, type PromptsDeps } from './prompts';
import { createQuestionBoard, type QuestionBoardDeps } from './questions';
import type { SignInPrompts } from './ssh/face';

export interface SignIn {
  /** What the SSH adapter asks. */
  readonly prompts: SignInPrompts;
  watch(signal: AbortSignal): AsyncIterable<LiveUpdate<SignInQuestion>>;
  /** Throws NOT_FOUND for a question that is no longer open, INVALID_INPUT for an answer of another kind. */
  answer(questionId: string, answer: SignInAnswer): void;
  /** True while a person is asked something about this host. */
  asking(hostId: string): boolean;
  /** Everything remembered of this host, in the keychain too. */
  forget(hostId: string): Promise<void>;
  /** Calls with the hosts whose questions found nobody, each time somebody comes to watch. */
  onArrival(retry: (hostIds: string[]) => void, signal: AbortSignal): Promise<void>;
}

export function createSignIn(deps: QuestionBoardDeps & PromptsDeps): SignIn {
  const board = createQuestionBoard(deps);
  const prompts = createPrompts(board, deps);
  return {
    prompts: prompts.port,
    watch: board.watch,
    answer: board.answer,
    asking: board.asking,
    forget: prompts.forget,
    async onArrival(retry, signal) {
      for (let seen = board.arrivals.version; !signal.aborted; seen = board.arrivals.version) {
        await board.arrivals.changed(seen, signal).catch(() => undefined);
        if (!signal.aborted) retry(board.takeMissed());
      }
    },
  };
}
