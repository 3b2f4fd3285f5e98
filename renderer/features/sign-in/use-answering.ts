import { useState } from 'react';
import type { SignInAnswer } from '../../../preload/contract';
import { explainError } from '../../rpc/errors';
import { useAnswer } from '../../rpc/ssh-hosts';

/** Sends an answer; keeps only whether that failed, and of which question. */
export function useAnswering(questionId: string | null) {
  const answer = useAnswer();
  const [failed, setFailed] = useState<{ questionId: string; words: string } | null>(null);
  const send = async (given: SignInAnswer) => {
    if (questionId === null) return;
    try {
      await answer(questionId, given);
    } catch (error) {
      const { code, title, detail } = explainError(error);
      // Answered elsewhere or given up by main: the list takes it away.
      if (code !== 'NOT_FOUND') setFailed({ questionId, words: `${title}. ${detail}` });
    }
  };
  return { send, failure: failed?.questionId === questionId ? failed.words : null };
}
