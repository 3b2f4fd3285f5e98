import { Button, Checkbox, Group, PasswordInput, Stack } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import type { SignInAnswer, SignInQuestion } from '../../../preload/contract';
import { ActButton } from '../../ui/act-button';
import { attemptWords, keepingWords, keepLabel, labelOf, subjectOf } from './question-words';
import { showSecret, unfilled } from './secret-field';
import classes from './sign-in.module.css';

interface SecretQuestionProps {
  question: Extract<SignInQuestion, { keychain: string }>;
  send: (answer: SignInAnswer) => Promise<void>;
  decline: () => void;
}

export function SecretQuestion({ question, send, decline }: SecretQuestionProps) {
  // Uncontrolled: what is typed lives in the field alone, and there only until it is sent.
  const field = useRef<HTMLInputElement>(null);
  const [kept, setKept] = useState(false);
  const [sent, setSent] = useState(false);
  const { keychain } = question;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = field.current;
    if (input === null || sent) return;
    const keep =
      !kept || keychain === 'none' ? 'memory' : keychain === 'strong' ? 'keychain' : 'weak-keychain';
    const answer: SignInAnswer = { kind: 'secret', secret: input.value, keep };
    input.value = '';
    setSent(true);
    void send(answer).finally(() => setSent(false));
  };
  return (
    <form onSubmit={submit} autoComplete="off">
      <Stack gap={12}>
        <p className={classes.subject}>{subjectOf(question)}</p>
        <PasswordInput
          ref={field}
          label={labelOf(question)}
          error={attemptWords(question) || null}
          visibilityToggleButtonProps={showSecret}
          data-autofocus
          {...unfilled}
        />
        {keychain === 'none' ? null : (
          <Checkbox
            label={keepLabel(question)}
            checked={kept}
            onChange={(event) => setKept(event.currentTarget.checked)}
          />
        )}
        {keychain === 'weak' ? (
          <p className={classes.warning}>
            This system has no protected keychain: a kept secret can be read by every program of this user.
          </p>
        ) : null}
        <p className={classes.quiet}>{keepingWords(question)}</p>
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={decline}>
            Do not connect
          </Button>
          <ActButton type="submit" busy={sent}>
            {question.kind === 'sudo' ? 'Go on' : 'Sign in'}
          </ActButton>
        </Group>
      </Stack>
    </form>
  );
}
