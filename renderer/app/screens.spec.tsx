import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { createRouterClient, implement } from '@orpc/server';
import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { MemoryRouter, Route, Routes } from 'react-router';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type ApplyRecord,
  contract,
  defaultSettings,
  type Host,
  type Plan,
  type PlanStep,
  type ServiceRow,
  type Stack,
} from '../../preload/contract';
import { DeployScreen } from '../features/deploy';
import { OverviewScreen } from '../features/overview';
import { ServiceDrawer } from '../features/service-detail';
import { ServicesScreen } from '../features/services';
import { RpcContext } from '../rpc/context';
import { LiveSources } from '../rpc/live-sources';
import { createQueryClient } from './query-client';
import { WorkspaceProvider } from './workspace-provider';

beforeAll(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
});
afterEach(cleanup);

const host: Host = {
  id: 'socket:default',
  title: 'default',
  source: 'socket',
  endpoint: 'unix:///var/run/docker.sock',
  selected: true,
  link: null,
  connection: {
    state: 'connected',
    since: 0,
    engineVersion: '20.10.24',
    apiVersion: '1.41',
    operatingSystem: 'Debian 12',
    cpus: 2,
    memoryBytes: 1e9,
    advice: null,
  },
};

const stack: Stack = {
  id: 'shop',
  title: 'Shop',
  project: 'shop',
  files: ['/srv/shop/compose.yaml'],
  builtIn: false,
  sandbox: false,
  containers: 1,
  unfinished: null,
};

const row: ServiceRow = {
  id: 'web',
  title: 'Web',
  tier: 'Front ends',
  tierOrder: 0,
  side: 'front',
  unit: 'service',
  defined: true,
  containerId: 'c1',
  containerName: 'shop-web-1',
  image: 'nginx:1',
  verdict: { state: 'healthy', since: 1, observedAt: 1, source: 'probe', reason: 'answers', evidence: null },
  engineState: 'running',
  engineHealth: null,
  startedAt: 1,
  exitCode: null,
  restarts: 0,
  lastOomAt: null,
  ports: [],
  webUrl: null,
  usage: null,
};

function step(reason: string): PlanStep {
  const action = 'recreate-container';
  return {
    id: 's',
    action,
    target: 'web',
    service: 'web',
    reason,
    changes: [],
    after: [],
    destructive: true,
  };
}

function planOf(reason: string): Plan {
  return { project: 'shop', changed: true, steps: [step(reason)], warnings: [] };
}

const interrupted: ApplyRecord = {
  journalId: 'j',
  stackId: 'shop',
  project: 'shop',
  startedAt: 1,
  endedAt: null,
  outcome: 'interrupted',
  summary: 'ended while starting',
  doneSteps: 2,
  totalSteps: 9,
};

function refuse(): never {
  throw new Error('no part of this test');
}

/** A main process of a few lines behind the real contract; `calls` tells what was asked of it. */
function main() {
  const os = implement(contract);
  const state = { plan: planOf('The image changed.'), broken: false };
  const apply = vi.fn();
  const act = vi.fn();
  async function* list<Item>(items: Item[], signal: AbortSignal | undefined) {
    yield { type: 'snapshot' as const, revision: 1, items };
    await new Promise((resolve) => signal?.addEventListener('abort', resolve));
  }
  const place = { file: '/srv/shop/compose.yaml', line: 7, column: 3, excerpt: 'imagee' };
  const router = os.router({
    app: {
      info: os.app.info.handler(refuse),
      openExternal: os.app.openExternal.handler(refuse),
      chooseComposeFiles: os.app.chooseComposeFiles.handler(refuse),
      showInFolder: os.app.showInFolder.handler(refuse),
    },
    hosts: {
      watch: os.hosts.watch.handler(({ signal }) => list([host], signal)),
      select: os.hosts.select.handler(refuse),
      retry: os.hosts.retry.handler(refuse),
      aliases: os.hosts.aliases.handler(refuse),
      add: os.hosts.add.handler(refuse),
      forget: os.hosts.forget.handler(refuse),
      probe: os.hosts.probe.handler(refuse),
      questions: os.hosts.questions.handler(({ signal }) => list([], signal)),
      answer: os.hosts.answer.handler(refuse),
    },
    prepare: {
      plan: os.prepare.plan.handler(refuse),
      run: os.prepare.run.handler(refuse),
      undo: os.prepare.undo.handler(refuse),
      watch: os.prepare.watch.handler(refuse),
    },
    stacks: {
      add: os.stacks.add.handler(refuse),
      forget: os.stacks.forget.handler(refuse),
      continueApply: os.stacks.continueApply.handler(refuse),
      undoApply: os.stacks.undoApply.handler(refuse),
      dismissApply: os.stacks.dismissApply.handler(refuse),
      breakLock: os.stacks.breakLock.handler(refuse),
      removalPreview: os.stacks.removalPreview.handler(refuse),
      remove: os.stacks.remove.handler(refuse),
      watch: os.stacks.watch.handler(({ signal }) => list([stack], signal)),
      plan: os.stacks.plan.handler(() => state.plan),
      preflight: os.stacks.preflight.handler(() => ({
        project: 'shop',
        startedAt: 0,
        tookMs: 1,
        result: 'pass' as const,
        checks: [],
      })),
      apply: os.stacks.apply.handler(() => {
        apply();
        return { taskId: 't' };
      }),
      history: os.stacks.history.handler(() => [interrupted]),
      lock: os.stacks.lock.handler(() => null),
    },
    services: {
      probes: os.services.probes.handler(refuse),
      events: os.services.events.handler(refuse),
      inspect: os.services.inspect.handler(refuse),
      watch: os.services.watch.handler(({ signal, errors }) => {
        const data = { ...place, detail: 'unknown attribute' };
        if (state.broken) throw errors.INVALID_COMPOSE({ data });
        return list([row], signal);
      }),
      attention: os.services.attention.handler(({ signal }) => list([], signal)),
      act: os.services.act.handler(({ input }) => {
        act(input.action, input.services);
        return { taskId: 't' };
      }),
      logs: os.services.logs.handler(async function* () {
        yield { lines: [], dropped: 0, caughtUp: true };
      }),
      configuration: os.services.configuration.handler(() => ({ sections: [], commands: [] })),
    },
    tasks: {
      watch: os.tasks.watch.handler(({ signal }) => list([], signal)),
      cancel: os.tasks.cancel.handler(refuse),
      dismiss: os.tasks.dismiss.handler(refuse),
    },
    settings: {
      get: os.settings.get.handler(() => ({ ...defaultSettings, selectedStackId: 'shop' })),
      change: os.settings.change.handler(refuse),
    },
  });
  return { state, apply, act, router };
}

function show(path: string, prepare: (state: ReturnType<typeof main>['state']) => void = () => undefined) {
  const { router, ...rest } = main();
  prepare(rest.state);
  render(
    <MantineProvider env="test">
      <RpcContext value={{ client: createRouterClient(router), sources: new LiveSources() }}>
        <QueryClientProvider client={createQueryClient()}>
          <WorkspaceProvider>
            <ModalsProvider>
              <MemoryRouter initialEntries={[path]}>
                <Routes>
                  <Route path="/" element={<OverviewScreen />} />
                  <Route path="/deploy" element={<DeployScreen />} />
                  <Route path="/services" element={<ServicesScreen />}>
                    <Route path=":service/:tab" element={<ServiceDrawer />} />
                  </Route>
                </Routes>
              </MemoryRouter>
            </ModalsProvider>
          </WorkspaceProvider>
        </QueryClientProvider>
      </RpcContext>
    </MantineProvider>,
  );
  return rest;
}

describe('a Compose file that cannot be read', () => {
  it.each(['/', '/services'])('is named with its place on %s', async (path) => {
    show(path, (state) => {
      state.broken = true;
    });
    const notice = await screen.findByRole('alert');
    expect(notice.textContent).toContain('/srv/shop/compose.yaml:7:3');
    expect(notice.textContent).toContain('imagee');
    expect(screen.queryByRole('button', { name: 'Start the sandbox' })).toBeNull();
  });
});

describe('the last apply on Overview', () => {
  it('gives no duration to one that never ended', async () => {
    show('/');
    const words = await screen.findByText(/2 of 9 steps/);
    expect(words.textContent).toContain('not ended');
    expect(words.textContent).not.toContain('took');
  });
});

describe('the Apply button', () => {
  it('applies the plan on show', async () => {
    const { apply } = show('/deploy');
    await screen.findByText('The image changed.');
    fireEvent.click(await enabledButton('Apply'));
    await waitFor(() => expect(apply).toHaveBeenCalledOnce());
  });

  it('shows another plan instead of applying it, then applies what was seen', async () => {
    const { apply, state } = show('/deploy');
    await screen.findByText('The image changed.');
    const button = await enabledButton('Apply');
    state.plan = planOf('The memory limit changed.');
    fireEvent.click(button);
    await screen.findByText('The plan changed since it was shown; look again');
    expect(screen.getByText('The memory limit changed.')).toBeDefined();
    expect(apply).not.toHaveBeenCalled();
    fireEvent.click(await enabledButton('Apply'));
    await waitFor(() => expect(apply).toHaveBeenCalledOnce());
  });

  it('plans anew when the window comes back', async () => {
    const { state } = show('/deploy');
    await screen.findByText('The image changed.');
    state.plan = planOf('A port changed.');
    fireEvent.focus(window);
    await screen.findByText('A port changed.', undefined, { timeout: 3000 });
  });
});

describe('the drawer of a service', () => {
  it('asks before it stops', async () => {
    const { act } = show('/services/web/logs');
    fireEvent.click(await screen.findByRole('button', { name: 'Stop' }));
    const question = await screen.findByRole('dialog', { name: 'Stop Web' });
    expect(act).not.toHaveBeenCalled();
    fireEvent.click(within(question).getByRole('button', { name: 'Stop' }));
    await waitFor(() => expect(act).toHaveBeenCalledExactlyOnceWith('stop', ['web']));
  });

  it('restarts one service at once', async () => {
    const { act } = show('/services/web/logs');
    fireEvent.click(await screen.findByRole('button', { name: 'Restart' }));
    await waitFor(() => expect(act).toHaveBeenCalledExactlyOnceWith('restart', ['web']));
  });
});

async function enabledButton(name: string): Promise<HTMLElement> {
  const button = await screen.findByRole('button', { name });
  await waitFor(() => expect(button).toHaveProperty('disabled', false));
  return button;
}
