import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { createRouterClient } from '@orpc/server';
import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { MemoryRouter, Route, Routes } from 'react-router';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  defaultSettings,
  type HopReport,
  type Host,
  type PreparePlan,
  type PrepareRun,
  type SignInQuestion,
} from '../../preload/contract';
import { HostsScreen } from '../features/hosts';
import { OverviewScreen } from '../features/overview';
import { PrepareScreen } from '../features/prepare';
import { SignInDialog } from '../features/sign-in';
import { hostPath, preparePath } from '../lib/routes';
import { RpcContext } from '../rpc/context';
import { LiveSources } from '../rpc/live-sources';
import { listed, os, refusing } from '../rpc/main.fixture';
import { createQueryClient } from './query-client';
import { WorkspaceProvider } from './workspace-provider';

beforeAll(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
});
afterEach(cleanup);

const MACHINE = 'root@vps:22';
const ID = 'ssh:root@vps';

function hop(name: HopReport['hop'], state: HopReport['state'], change: Partial<HopReport> = {}): HopReport {
  return { hop: name, machine: MACHINE, state, durationMs: 3, finding: '', advice: '', ...change };
}

const link: NonNullable<Host['link']> = {
  state: 'closed',
  since: 0,
  hops: [],
  transport: null,
  handshakes: 0,
  channels: { engine: 0, engineIdle: 0, programs: 0, forwards: 0, bulk: 0 },
  roundTripMs: null,
  sentBytes: 0,
  receivedBytes: 0,
};

const vps: Host = {
  id: ID,
  title: 'root@vps',
  source: 'added',
  endpoint: 'ssh://root@vps',
  selected: true,
  link,
  connection: { state: 'idle' },
};

function away(code: 'HOST_KEY_CHANGED' | 'ENGINE_UNAVAILABLE', data: object, hops: HopReport[]): Host {
  const failure = { code, message: '', data: { ...data } };
  const connection = { since: 1, failure, lastSeenAt: null, nextAttemptAt: null };
  return { ...vps, link: { ...link, hops }, connection: { state: 'unreachable', ...connection } };
}

const plan: PreparePlan = {
  hostId: ID,
  machine: MACHINE,
  at: 1,
  root: 'root',
  assessment: [
    { id: 'cpu', title: 'Processor', state: 'warn', measured: '2 cores', wanted: '8 cores', advice: '' },
  ],
  steps: [
    {
      id: 'engine',
      title: 'Install',
      state: 'needed',
      reason: 'None.',
      commands: ['apt-get'],
      confirm: [],
      undo: [],
    },
    {
      id: 'swap',
      title: 'Swap',
      state: 'needed',
      reason: 'Short.',
      commands: ['mkswap'],
      confirm: [],
      undo: [],
    },
  ],
};

const failedInstall: PrepareRun = {
  id: 'engine',
  title: 'Install',
  state: 'failed',
  startedAt: 1,
  endedAt: 2,
  exitCode: 100,
  output: ['E: no space left'],
};

interface Given {
  host?: Host;
  questions?: SignInQuestion[];
  runs?: PrepareRun[];
}

function main({ host = vps, questions = [], runs = [] }: Given) {
  const calls = { answer: vi.fn(), add: vi.fn(), run: vi.fn(), forget: vi.fn() };
  const router = os.router({
    ...refusing,
    hosts: {
      ...refusing.hosts,
      watch: os.hosts.watch.handler(({ signal }) => listed([host], signal)),
      questions: os.hosts.questions.handler(({ signal }) => listed(questions, signal)),
      answer: os.hosts.answer.handler(({ input }) => calls.answer(input)),
      aliases: os.hosts.aliases.handler(() => [{ alias: 'shop', description: 'root@203.0.113.10' }]),
      add: os.hosts.add.handler(({ input }) => {
        calls.add(input.destination);
        return host;
      }),
      forget: os.hosts.forget.handler(({ input }) => calls.forget(input.hostId)),
      probe: os.hosts.probe.handler(async function* () {
        yield {
          hops: [
            hop('name', 'passed'),
            hop('tcp', 'failed', { finding: 'refused', advice: 'Check the port.' }),
          ],
        };
      }),
    },
    prepare: {
      ...refusing.prepare,
      plan: os.prepare.plan.handler(() => plan),
      run: os.prepare.run.handler(({ input }) => {
        calls.run(input.steps);
        return { taskId: 't' };
      }),
      watch: os.prepare.watch.handler(({ signal }) => listed(runs, signal)),
    },
    forwards: { ...refusing.forwards, watch: os.forwards.watch.handler(({ signal }) => listed([], signal)) },
    tasks: { ...refusing.tasks, watch: os.tasks.watch.handler(({ signal }) => listed([], signal)) },
    settings: { ...refusing.settings, get: os.settings.get.handler(() => defaultSettings) },
  });
  return { router, calls };
}

function show(path: string, given: Given = {}) {
  const { router, calls } = main(given);
  render(
    <MantineProvider env="test">
      <RpcContext value={{ client: createRouterClient(router), sources: new LiveSources() }}>
        <QueryClientProvider client={createQueryClient()}>
          <WorkspaceProvider>
            <ModalsProvider>
              <MemoryRouter initialEntries={[path]}>
                <Routes>
                  <Route path="/" element={<OverviewScreen />} />
                  <Route path="/hosts/:host?" element={<HostsScreen />} />
                  <Route path="/hosts/:host/prepare" element={<PrepareScreen />} />
                </Routes>
                <SignInDialog />
              </MemoryRouter>
            </ModalsProvider>
          </WorkspaceProvider>
        </QueryClientProvider>
      </RpcContext>
    </MantineProvider>,
  );
  return calls;
}

describe('a host over SSH', () => {
  it('is probed on request, the failed step with its finding and advice', async () => {
    show(hostPath(ID));
    fireEvent.click(await screen.findByRole('button', { name: 'Check connection' }));
    const steps = await screen.findByRole('list', { name: `Steps of the way to ${MACHINE}` });
    const failed = within(steps).getByText('Failed').closest('li');
    expect(failed?.textContent).toContain('TCP');
    expect(failed?.textContent).toContain('Check the port.');
    expect(within(steps).getAllByText('Not reached')).toHaveLength(6);
  });

  it('with a changed key shows both fingerprints and no way to accept the new one', async () => {
    const known = [{ fingerprint: 'SHA256:old', file: '/root/.ssh/known_hosts', line: 7 }];
    const data = { host: ID, fingerprint: 'SHA256:new', revoked: false, known };
    show(hostPath(ID), { host: away('HOST_KEY_CHANGED', data, [hop('host-key', 'failed')]) });
    const alert = await screen.findByRole('alert');
    for (const words of ['SHA256:old', 'SHA256:new', '/root/.ssh/known_hosts:7', 'ssh-keygen -R vps'])
      expect(alert.textContent).toContain(words);
    expect(screen.queryByRole('button', { name: /trust|accept/i })).toBeNull();
  });

  it('is forgotten only after it was said what goes', async () => {
    const { forget } = show(hostPath(ID));
    fireEvent.click(await screen.findByRole('button', { name: 'Forget' }));
    const dialog = await screen.findByRole('dialog', { name: 'Forget root@vps' });
    expect(dialog.textContent).toContain('keychain');
    expect(forget).not.toHaveBeenCalled();
    fireEvent.click(within(dialog).getByRole('button', { name: 'Forget this host' }));
    await waitFor(() => expect(forget).toHaveBeenCalledExactlyOnceWith(ID));
  });

  it('is added by what was typed, once that can be a destination', async () => {
    const { add } = show('/hosts?add');
    const dialog = await screen.findByRole('dialog', { name: 'Add a host over SSH' });
    const field = within(dialog).getByLabelText('Destination');
    await within(dialog).findByText('root@203.0.113.10');
    fireEvent.change(field, { target: { value: 'root@host:0' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add host' }));
    await within(dialog).findByText(/port is a number/);
    expect(add).not.toHaveBeenCalled();
    fireEvent.change(field, { target: { value: 'shop' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add host' }));
    await waitFor(() => expect(add).toHaveBeenCalledExactlyOnceWith('shop'));
  });

  it('without an engine offers on Overview to be prepared', async () => {
    const host = away('ENGINE_UNAVAILABLE', { host: ID, endpoint: '', detail: '' }, [
      hop('socket', 'failed'),
    ]);
    show('/', { host });
    fireEvent.click(await screen.findByRole('button', { name: 'Prepare this machine…' }));
    await screen.findByRole('heading', { name: 'Assessment' });
  });
});

describe('preparing', () => {
  it('runs the ticked steps and no others', async () => {
    const { run } = show(preparePath(ID));
    fireEvent.click(await screen.findByRole('checkbox', { name: 'Swap' }));
    fireEvent.click(screen.getByRole('button', { name: 'Run 1 step' }));
    await waitFor(() => expect(run).toHaveBeenCalledExactlyOnceWith(['engine']));
  });

  it('keeps the output of a failed step and goes on from there', async () => {
    const { run } = show(preparePath(ID), { runs: [failedInstall] });
    await screen.findByText('E: no space left');
    fireEvent.click(screen.getByRole('button', { name: 'Resume' }));
    await waitFor(() => expect(run).toHaveBeenCalledExactlyOnceWith(['engine', 'swap']));
  });
});

const place = { hostId: ID, machine: MACHINE, askedAt: 1 };
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
    const { answer } = show('/hosts', { questions: [{ ...place, ...key, kind: 'host-key', id: 'k' }] });
    const dialog = await screen.findByRole('dialog', { name: 'Is this the right machine?' });
    expect(dialog.textContent).toContain('SHA256:shown');
    await waitFor(() => expect(document.activeElement?.textContent).toBe('Do not connect'));
    fireEvent.keyDown(dialog, { key: 'Escape' });
    await waitFor(() =>
      expect(answer).toHaveBeenCalledExactlyOnceWith({ questionId: 'k', answer: { kind: 'decline' } }),
    );
  });

  it('for a password empties the field as it sends, and keeps nothing without a tick', async () => {
    const { answer } = show('/hosts', { questions: [password] });
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
    const { answer } = show('/hosts', { questions: [password] });
    const dialog = await screen.findByRole('dialog', { name: 'Password' });
    fireEvent.click(within(dialog).getByRole('checkbox', { name: /not protected/ }));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(answer.mock.calls[0]?.[0].answer.keep).toBe('weak-keychain'));
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
    const { answer } = show('/hosts', { questions: [asked] });
    const dialog = await screen.findByRole('dialog', { name: `Sign in to ${MACHINE}` });
    fireEvent.change(within(dialog).getByLabelText('Password'), { target: { value: 'a' } });
    fireEvent.change(within(dialog).getByLabelText('Code'), { target: { value: 'b' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Sign in' }));
    const sent = { kind: 'answers', answers: ['a', 'b'] };
    await waitFor(() => expect(answer).toHaveBeenCalledExactlyOnceWith({ questionId: 'p', answer: sent }));
  });
});
