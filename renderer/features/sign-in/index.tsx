/** What signing in needs of a person: one question at a time, over whatever is on the screen. */
import { Modal } from '@mantine/core';
import type { SignInAnswer, SignInQuestion } from '../../../preload/contract';
import { useQuestions } from '../../rpc/live';
import { HostKeyQuestion } from './host-key-question';
import { PromptsQuestion } from './prompts-question';
import { inTurn, titleOf, waitingWords } from './question-words';
import { SecretQuestion } from './secret-question';
import classes from './sign-in.module.css';
import { useAnswering } from './use-answering';

/** Above menus, dialogs and messages: the connection waits for it. */
const ABOVE_ALL = 500;

export function SignInDialog() {
  const questions = inTurn(useQuestions().items);
  const question = questions[0];
  const { send, failure } = useAnswering(question?.id ?? null);
  const decline = () => void send({ kind: 'decline' });
  return (
    <Modal
      opened={question !== undefined}
      onClose={decline}
      // A click beside the dialog is too easily made to mean no.
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close and do not connect' }}
      title={question === undefined ? '' : titleOf(question)}
      size={560}
      zIndex={ABOVE_ALL}
    >
      {question === undefined ? null : (
        <>
          {questions.length > 1 ? (
            <p className={classes.queue}>{waitingWords(questions.length - 1)}</p>
          ) : null}
          {failure === null ? null : (
            <p className={classes.failure} role="alert">
              {failure}
            </p>
          )}
          <Body key={question.id} question={question} send={send} decline={decline} />
        </>
      )}
    </Modal>
  );
}

interface BodyProps {
  question: SignInQuestion;
  send: (answer: SignInAnswer) => Promise<void>;
  decline: () => void;
}

function Body({ question, ...rest }: BodyProps) {
  if (question.kind === 'host-key') return <HostKeyQuestion question={question} {...rest} />;
  if (question.kind === 'prompts') return <PromptsQuestion question={question} {...rest} />;
  return <SecretQuestion question={question} {...rest} />;
}
