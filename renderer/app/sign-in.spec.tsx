import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { SignInQuestion } from '../../preload/contract';
import { withoutMedia } from '../lib/match-media.fixture';
import { MACHINE, VPS_ID } from '../rpc/samples.fixture';
import { showHosts } from './hosts.fixture';

withoutMedia();
afterEach(cleanup);

const place = { hostId: VPS_ID, machine: MACHINE, askedAt: 1 };
const password: SignInQuestion = {
  ...place,
  kind: 'password',
  id: 'q',
  keyFile: '',
  attempt: 2,
  keychain: 'weak',
};

describe('a question of the sign-in', () => {
  it('about a key puts the focus where nothing is trusted, and is declined by Escape', async () => {
    const key = { keyType: 'ssh-ed25519', fingerprint: 'SHA256:shown', notes: [] };
    const { answer } = showHosts('/hosts', { questions: [{ ...place, ...key, kind: 'host-key', id: 'k' }] });
    const dialog = await screen.findByRole('dialog', { name: 'Is this the right machine?' });
    expect(dialog.textContent).toContain('SHA256:shown');
    await waitFor(() => expect(document.activeElement?.textContent).toBe('Do not connect'));
    fireEvent.keyDown(dialog, { key: 'Escape' });
    await waitFor(() =>
      expect(answer).toHaveBeenCalledExactlyOnceWith({ questionId: 'k', answer: { kind: 'decline' } }),
    );
  });

  it('for a password empties the field as it sends, and keeps nothing without a tick', async () => {
    const { answer } = showHosts('/hosts', { questions: [password] });
    const dialog = await screen.findByRole('dialog', { name: 'Password' });
    expect(dialog.textContent).toContain('Try 2');
    const field = within(dialog).getByLabelText<HTMLInputElement>('Password');
    fireEvent.change(field, { target: { value: 'hunter2' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Sign in' }));
    await waitFor(() =>
      expect(answer).toHaveBeenCalledExactlyOnceWith({
        questionId: 'q',
        answer: { kind: 'secret', secret: 'hunter2', keep: 'memory' },
      }),
    );
    expect(document.body.innerHTML).not.toContain('hunter2');
    expect(field.value).toBe('');
  });

  it('goes into a weak keychain only by an explicit tick', async () => {
    const { answer } = showHosts('/hosts', { questions: [password] });
    const dialog = await screen.findByRole('dialog', { name: 'Password' });
    fireEvent.click(within(dialog).getByRole('checkbox', { name: /not protected/ }));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(answer.mock.calls[0]?.[0].answer.keep).toBe('weak-keychain'));
  });

  it('goes into a protected keychain by a tick, with no warning', async () => {
    const { answer } = showHosts('/hosts', { questions: [{ ...password, keychain: 'strong' }] });
    const dialog = await screen.findByRole('dialog', { name: 'Password' });
    expect(dialog.textContent).not.toContain('no protected keychain');
    fireEvent.click(within(dialog).getByRole('checkbox', { name: 'Keep in the system’s keychain' }));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(answer.mock.calls[0]?.[0].answer.keep).toBe('keychain'));
  });

  it('with several prompts answers each in its place', async () => {
    const prompts = [
      { text: 'Password: ', echo: false },
      { text: 'Code: ', echo: true },
    ];
    const asked: SignInQuestion = {
      ...place,
      kind: 'prompts',
      id: 'p',
      title: '',
      instructions: '',
      prompts,
    };
    const { answer } = showHosts('/hosts', { questions: [asked] });
    const dialog = await screen.findByRole('dialog', { name: `Sign in to ${MACHINE}` });
    fireEvent.change(within(dialog).getByLabelText('Password'), { target: { value: 'a' } });
    fireEvent.change(within(dialog).getByLabelText('Code'), { target: { value: 'b' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Sign in' }));
    const sent = { kind: 'answers', answers: ['a', 'b'] };
    await waitFor(() => expect(answer).toHaveBeenCalledExactlyOnceWith({ questionId: 'p', answer: sent }));
  });
});
