import { MantineProvider } from '@mantine/core';
import { createRouterClient } from '@orpc/server';
import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Host, Stack } from '../../preload/contract';
import { withoutMedia } from '../lib/match-media.fixture';
import { RpcContext } from '../rpc/context';
import { waitingView } from '../rpc/live-source';
import { LiveSources } from '../rpc/live-sources';
import { os, refusing } from '../rpc/main.fixture';
import { localHost, shopStack, vps } from '../rpc/samples.fixture';
import { WorkspaceContext } from '../rpc/workspace';
import { createQueryClient } from './query-client';
import { StackBanners } from './stack-banners';

withoutMedia();
afterEach(cleanup);

const failure = {
  code: 'INVALID_COMPOSE' as const,
  message: '/srv/shop/compose.yaml:7:3: unknown attribute',
  data: {
    file: '/srv/shop/compose.yaml',
    line: 7,
    column: 3,
    excerpt: 'imagee',
    detail: 'unknown attribute',
  },
};
const broken: Stack = { ...shopStack, unreadable: { failure, since: 1000, lastReadAt: 500 } };
const changed: Stack = { ...shopStack, changedBy: { owner: 'anna@laptop', since: 1000, stale: false } };
const abandoned: Stack = { ...shopStack, changedBy: { owner: 'anna@laptop', since: 1000, stale: true } };
const cutOff = { journalId: 'j', startedAt: 1000, phase: 'Starting', doneSteps: 2, totalSteps: 9 };
const unfinished: Stack = { ...shopStack, unfinished: cutOff };
const halfRemoved: Stack = { ...shopStack, unfinished: { ...cutOff, change: 'remove', volumes: true } };
const left = {
  containers: ['shop-web-1'],
  networks: [],
  volumes: [{ name: 'shop_data', sizeBytes: 2048, createdAt: null }],
};

interface Around {
  path?: string;
  busy?: boolean;
  host?: Host;
}

function show(shown: Stack, { path = '/services', busy = false, host = localHost }: Around = {}) {
  const continueApply = vi.fn(async (_asked: object) => ({ taskId: 't' }));
  const continueAct = vi.fn(async () => ({ taskId: 't' }));
  const continueRemoval = vi.fn(async (_asked: object) => ({ taskId: 't' }));
  const removalPreview = async () => left;
  const undoApply = vi.fn(async () => ({ taskId: 't' }));
  const dismissApply = vi.fn(async () => undefined);
  const calls = { continueApply, continueAct, continueRemoval, undoApply, dismissApply };
  const client = createRouterClient({
    ...refusing,
    stacks: {
      ...refusing.stacks,
      continueApply: os.stacks.continueApply.handler(({ input }) => continueApply(input)),
      continueAct: os.stacks.continueAct.handler(continueAct),
      continueRemoval: os.stacks.continueRemoval.handler(({ input }) => continueRemoval(input)),
      undoApply: os.stacks.undoApply.handler(undoApply),
      dismissApply: os.stacks.dismissApply.handler(dismissApply),
      removalPreview: os.stacks.removalPreview.handler(removalPreview),
    },
  });
  const queries = createQueryClient();
  const refreshed = vi.spyOn(queries, 'invalidateQueries');
  const target = { hostId: 'h', stackId: 'shop' };
  const tree = (now: Stack) => (
    <MantineProvider env="test">
      <RpcContext value={{ client, sources: new LiveSources() }}>
        <QueryClientProvider client={queries}>
          <WorkspaceContext
            value={{
              hosts: waitingView,
              stacks: waitingView,
              host,
              stack: now,
              target,
              connected: true,
              settings: null,
            }}
          >
            <MemoryRouter initialEntries={[path]}>
              <StackBanners stack={now} busy={busy} />
            </MemoryRouter>
          </WorkspaceContext>
        </QueryClientProvider>
      </RpcContext>
    </MantineProvider>
  );
  const { rerender } = render(tree(shown));
  return { ...calls, refreshed, becomes: (next: Stack) => rerender(tree(next)) };
}

const texts = () => screen.queryAllByRole('status').map((notice) => notice.textContent);

describe('banners of a stack', () => {
  it('say where a definition is wrong and from when the rows are', () => {
    show(broken);
    expect(texts()).toEqual([
      expect.stringMatching(/^The definition of Shop can’t be read:.*compose\.yaml:7:3.*read at /),
    ]);
  });

  it('say whose words the rows are when the definition was never read', () => {
    show({ ...shopStack, unreadable: { failure, since: 1000, lastReadAt: null } });
    expect(texts()[0]).toContain('Rows show what the containers tell of themselves.');
  });

  it('name the console that is at work, and the one that went away', () => {
    const { becomes } = show(changed);
    expect(texts()[0]).toMatch(/^anna@laptop is changing Shop, since /);
    becomes(abandoned);
    expect(texts()[0]).toMatch(/^anna@laptop went away while changing Shop.*Deploy offers to break it/);
  });

  it('leave to a screen what it says itself', () => {
    show(broken, { path: '/' });
    show(changed, { path: '/deploy' });
    expect(texts()).toEqual([]);
  });

  it('speak of one interrupted apply once, and of none while this console is at work', () => {
    show({ ...unfinished, changedBy: abandoned.changedBy });
    expect(texts()).toEqual([expect.stringContaining('An apply of Shop did not end: 2 of 9 steps done')]);
    cleanup();
    show({ ...unfinished, changedBy: changed.changedBy }, { busy: true });
    expect(texts()).toEqual([]);
  });

  it('continue the apply that is named', async () => {
    const { continueApply } = show(unfinished);
    fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
    await waitFor(() =>
      expect(continueApply).toHaveBeenCalledWith({ hostId: 'h', stackId: 'shop', journalId: 'j' }),
    );
  });

  it('keep what asks the engine until the host is back; leaving it as it is does not', async () => {
    const { continueApply, undoApply, dismissApply } = show(unfinished, { host: vps });
    for (const name of ['Continue', 'Undo']) {
      const button = screen.getByRole('button', { name });
      expect(button.getAttribute('aria-disabled')).toBe('true');
      expect(button.getAttribute('aria-description')).toContain('does not answer');
      fireEvent.click(button);
    }
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    await waitFor(() => expect(dismissApply).toHaveBeenCalled());
    expect(continueApply).not.toHaveBeenCalled();
    expect(undoApply).not.toHaveBeenCalled();
    cleanup();
    show(halfRemoved, { host: vps });
    fireEvent.click(screen.getByRole('button', { name: 'Continue removing' }));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('continue a restart without offering to undo it', async () => {
    const { continueAct } = show({ ...shopStack, unfinished: { ...cutOff, change: 'restart' } });
    expect(texts()[0]).toContain('A restart of Shop did not end: 2 of 9 steps done');
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
    await waitFor(() => expect(continueAct).toHaveBeenCalled());
  });

  it('continue a removal only after what is left was named and the project typed', async () => {
    const { continueRemoval } = show(halfRemoved);
    expect(texts()[0]).toContain('A removal of Shop did not end: 2 of 9 steps done');
    expect(texts()[0]).toContain('the volumes and their data included');
    fireEvent.click(screen.getByRole('button', { name: 'Continue removing' }));
    const dialog = await screen.findByRole('dialog');
    await waitFor(() => expect(dialog.textContent).toContain('shop-web-1'));
    expect(dialog.textContent).toMatch(
      /Deleted with the data in them, as was chosen .*: 1 volume.*shop_data/,
    );
    expect(screen.queryByRole('checkbox')).toBeNull();
    const remove = screen.getByRole('button', { name: 'Remove the rest with its data' });
    fireEvent.click(remove);
    expect(continueRemoval).not.toHaveBeenCalled();
    fireEvent.change(screen.getByLabelText('Type shop to confirm'), { target: { value: 'shop' } });
    fireEvent.click(remove);
    const confirmed = { hostId: 'h', stackId: 'shop', journalId: 'j', confirm: 'shop' };
    await waitFor(() => expect(continueRemoval).toHaveBeenCalledWith(confirmed));
  });

  it('have plan and pre-flight asked anew when a file or a lock has news, and only then', () => {
    const { refreshed, becomes } = show(changed);
    becomes({ ...changed });
    expect(refreshed).not.toHaveBeenCalled();
    becomes(shopStack);
    expect(refreshed).toHaveBeenCalledTimes(1);
    becomes(broken);
    expect(refreshed).toHaveBeenCalledTimes(2);
  });
});
