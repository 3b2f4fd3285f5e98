import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import type { SignInAnswer, SignInQuestion } from '../../../preload/contract';
import { ActButton } from '../../ui/act-button';
import { showSecret, unfilled } from './secret-field';
import classes from './sign-in.module.css';

type Prompts = Extract<SignInQuestion, { kind: 'prompts' }>;

interface PromptsQuestionProps {
  question: Prompts;
  send: (answer: SignInAnswer) => Promise<void>;
  decline: () => void;
}

/** The server's own questions, in its words: a password, a one-time code, or several at once. */
export function PromptsQuestion({ question, send, decline }: PromptsQuestionProps) {
  const form = useRef<HTMLFormElement>(null);
  const [sent, setSent] = useState(false);
  const { title, instructions, prompts } = question;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (form.current === null || sent) return;
    const fields = [...form.current.querySelectorAll<HTMLInputElement>('input[data-prompt]')];
    const answers = fields.map(({ value }) => value);
    for (const field of fields) field.value = '';
    setSent(true);
    void send({ kind: 'answers', answers }).finally(() => setSent(false));
  };
  return (
    <form ref={form} onSubmit={submit} autoComplete="off">
      <Stack gap={12}>
        {title === '' ? null : <p className={classes.subject}>{title}</p>}
        {instructions === '' ? null : <p className={classes.instructions}>{instructions}</p>}
        {withKeys(prompts).map(({ key, prompt, first }) => (
          <Field key={key} prompt={prompt} first={first} />
        ))}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={decline}>
            Do not connect
          </Button>
          <ActButton type="submit" busy={sent}>
            Sign in
          </ActButton>
        </Group>
      </Stack>
    </form>
  );
}

/** A server may ask the same twice: the place tells them apart, and never changes. */
function withKeys(prompts: Prompts['prompts']) {
  return prompts.map((prompt, index) => ({ key: `prompt ${index}`, prompt, first: index === 0 }));
}

function Field({ prompt, first }: { prompt: Prompts['prompts'][number]; first: boolean }) {
  const label = prompt.text.trim().replace(/:$/, '') || 'Answer';
  const shared = { label, 'data-prompt': true, 'data-autofocus': first || undefined, ...unfilled };
  return prompt.echo ? (
    <TextInput {...shared} />
  ) : (
    <PasswordInput {...shared} visibilityToggleButtonProps={showSecret} />
  );
}
