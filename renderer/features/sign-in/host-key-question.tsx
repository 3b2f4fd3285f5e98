import { Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import type { SignInAnswer, SignInQuestion } from '../../../preload/contract';
import { ActButton } from '../../ui/act-button';
import { Command } from '../../ui/command';
import classes from './sign-in.module.css';

interface HostKeyQuestionProps {
  question: Extract<SignInQuestion, { kind: 'host-key' }>;
  send: (answer: SignInAnswer) => Promise<void>;
  decline: () => void;
}

/** `ssh-ed25519` → the file that holds such a key on the machine. */
function keyFileOf(keyType: string): string {
  const family = /ecdsa|rsa/.exec(keyType)?.[0] ?? 'ed25519';
  return `/etc/ssh/ssh_host_${family}_key.pub`;
}

/** A first meeting. Not to connect has the focus: nobody trusts a key by pressing Enter. */
export function HostKeyQuestion({ question, send, decline }: HostKeyQuestionProps) {
  const [sent, setSent] = useState(false);
  const { machine, keyType, fingerprint, notes } = question;
  const trust = () => {
    setSent(true);
    void send({ kind: 'trust' }).finally(() => setSent(false));
  };
  return (
    <Stack gap={12}>
      <p>
        <strong>{machine}</strong> is not known here yet. It showed this {keyType} key:
      </p>
      <code className={classes.fingerprint}>{fingerprint}</code>
      <div>
        <p className={classes.how}>To compare, run this on the machine itself, or ask who runs it:</p>
        <Command text={`ssh-keygen -lf ${keyFileOf(keyType)}`} />
      </div>
      {notes.length === 0 ? null : (
        <ul className={classes.notes}>
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <p className={classes.quiet}>
        A trusted key is written to known_hosts, which the ssh command reads too. No password or key is used
        before that.
      </p>
      <Group justify="flex-end" gap={8}>
        <ActButton variant="default" onClick={trust} busy={sent}>
          Trust this key and go on
        </ActButton>
        <Button onClick={decline} data-autofocus>
          Do not connect
        </Button>
      </Group>
    </Stack>
  );
}
