/** Deploy over a lock that a killed console left: whose it is, for what, and how a removal gets past it. */
import { createRouterClient } from '@orpc/server';
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { type ApplyLock, defaultSettings, type Plan, type Task } from '../../preload/contract';
import { DeployScreen } from '../features/deploy';
import { withoutMedia } from '../lib/match-media.fixture';
import { listed, os, refusing } from '../rpc/main.fixture';
import { localHost, shopStack } from '../rpc/samples.fixture';
import { drawWindow } from './window.fixture';

withoutMedia();
afterEach(cleanup);

const lock: ApplyLock = {
  ...{ owner: 'anna@desk', since: 1, lastBeatAt: 2, stale: true, ended: true, change: 'apply' },
};
const message =
  'anna@desk began an apply of shop 12 s ago and left its lock behind: that console has ended, so the lock may be broken.';
const refused: Task = {
  ...{ id: 't', kind: 'remove', title: 'Remove shop', hostId: localHost.id, stackId: shopStack.id },
  ...{ startedAt: 1, endedAt: 2, services: [] },
  status: {
    state: 'failed',
    failure: {
      ...{ code: 'APPLY_LOCKED', message },
      data: { project: 'shop', owner: 'anna@desk', since: 1, stale: true },
    },
  },
};

function main() {
  const broken = vi.fn();
  const held: { lock: ApplyLock | null } = { lock };
  const plan: Plan = { project: 'shop', changed: false, steps: [], warnings: [] };
  const report = { project: 'shop', startedAt: 0, tookMs: 1, result: 'pass' as const, checks: [] };
  const router = os.router({
    ...refusing,
    hosts: {
      ...refusing.hosts,
      watch: os.hosts.watch.handler(({ signal }) => listed([localHost], signal)),
      questions: os.hosts.questions.handler(({ signal }) => listed([], signal)),
    },
    stacks: {
      ...refusing.stacks,
      watch: os.stacks.watch.handler(({ signal }) => listed([shopStack], signal)),
      plan: os.stacks.plan.handler(() => plan),
      preflight: os.stacks.preflight.handler(() => report),
      history: os.stacks.history.handler(() => []),
      lock: os.stacks.lock.handler(() => held.lock),
      breakLock: os.stacks.breakLock.handler(({ input }) => {
        broken(input.confirm);
        held.lock = null;
      }),
    },
    tasks: { ...refusing.tasks, watch: os.tasks.watch.handler(({ signal }) => listed([refused], signal)) },
    settings: {
      ...refusing.settings,
      get: os.settings.get.handler(() => ({ ...defaultSettings, selectedStackId: 'shop' })),
    },
  });
  return { broken, router };
}

it('says why the removal was refused and what to do, and breaks the lock once the name is typed', async () => {
  const { broken, router } = main();
  drawWindow(createRouterClient(router), '/deploy', <DeployScreen />);
  await screen.findByText(new RegExp(message));
  expect(screen.getByText(/Break the lock under Deploy if that console is gone/)).toBeTruthy();
  const notice = await screen.findByText(/Taken for an apply/);
  expect(notice.textContent).toContain('That console has ended');
  fireEvent.click(screen.getByRole('button', { name: 'Break lock' }));
  const dialog = await screen.findByRole('dialog');
  fireEvent.change(within(dialog).getByRole('textbox'), { target: { value: 'shop' } });
  fireEvent.click(within(dialog).getByRole('button', { name: 'Break lock' }));
  await waitFor(() => expect(broken).toHaveBeenCalledWith('shop'));
  await waitFor(() => expect(screen.queryByText(/Taken for an apply/)).toBeNull());
});
