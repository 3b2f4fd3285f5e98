import { createRouterClient } from '@orpc/server';
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ApplyRecord, defaultSettings, type Plan, type PlanStep } from '../../preload/contract';
import { DeployScreen } from '../features/deploy';
import { OverviewScreen } from '../features/overview';
import { ServiceDrawer } from '../features/service-detail';
import { ServicesScreen } from '../features/services';
import { withoutMedia } from '../lib/match-media.fixture';
import { listed, os, refusing } from '../rpc/main.fixture';
import { localHost, shopStack, webRow } from '../rpc/samples.fixture';
import { drawWindow } from './window.fixture';

withoutMedia();
afterEach(cleanup);

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

/** A main process of a few lines behind the real contract; `calls` tells what was asked of it. */
function main() {
  const state = { plan: planOf('The image changed.'), broken: false, held: false };
  let read: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    read = resolve;
  });
  const apply = vi.fn();
  const act = vi.fn();
  const place = { file: '/srv/shop/compose.yaml', line: 7, column: 3, excerpt: 'imagee' };
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
      history: os.stacks.history.handler(async () => {
        if (state.held) await released;
        return [interrupted];
      }),
      lock: os.stacks.lock.handler(() => null),
    },
    services: {
      ...refusing.services,
      watch: os.services.watch.handler(({ signal, errors }) => {
        const data = { ...place, detail: 'unknown attribute' };
        if (state.broken) throw errors.INVALID_COMPOSE({ data });
        return listed([webRow], signal);
      }),
      attention: os.services.attention.handler(({ signal }) => listed([], signal)),
      act: os.services.act.handler(({ input }) => {
        act(input.action, input.services);
        return { taskId: 't' };
      }),
      logs: os.services.logs.handler(async function* () {
        yield { lines: [], dropped: 0, caughtUp: true };
      }),
      configuration: os.services.configuration.handler(() => ({ sections: [], commands: [] })),
    },
    tasks: { ...refusing.tasks, watch: os.tasks.watch.handler(({ signal }) => listed([], signal)) },
    settings: {
      ...refusing.settings,
      get: os.settings.get.handler(() => ({ ...defaultSettings, selectedStackId: 'shop' })),
    },
  });
  return { state, apply, act, read: () => read(), router };
}

function show(path: string, prepare: (state: ReturnType<typeof main>['state']) => void = () => undefined) {
  const { router, ...rest } = main();
  prepare(rest.state);
  drawWindow(
    createRouterClient(router),
    path,
    <Routes>
      <Route path="/" element={<OverviewScreen />} />
      <Route path="/deploy" element={<DeployScreen />} />
      <Route path="/services" element={<ServicesScreen />}>
        <Route path=":service/:tab" element={<ServiceDrawer />} />
      </Route>
    </Routes>,
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

describe('the history', () => {
  it('never calls what was not read yet nothing', async () => {
    const { read } = show('/deploy', (state) => {
      state.held = true;
    });
    await screen.findByRole('heading', { name: 'History' });
    expect(screen.queryByText(/has changed nothing/)).toBeNull();
    read();
    await screen.findByText('ended while starting');
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

  it('calls a service what Overview calls it', async () => {
    show('/deploy');
    await screen.findByText('The image changed.');
    expect((await screen.findByText('Web')).title).toBe('web');
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

describe('closing a service', () => {
  it.each(['Escape', 'Close'])('by %s leads back to Overview, from where it was opened', async (how) => {
    show('/');
    fireEvent.click(await screen.findByRole('link', { name: /^Web/ }));
    const drawer = await screen.findByRole('dialog');
    fireEvent.click(await within(drawer).findByRole('tab', { name: 'Probes' }));
    await within(drawer).findByRole('tab', { name: 'Probes', selected: true });
    if (how === 'Escape') fireEvent.keyDown(drawer, { key: 'Escape' });
    else fireEvent.click(within(drawer).getByRole('button', { name: 'Close' }));
    await screen.findByRole('heading', { name: 'Overview' });
  });

  it('leads to the table where it was opened by its address', async () => {
    show('/services/web/logs');
    fireEvent.keyDown(await screen.findByRole('dialog'), { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await screen.findByRole('heading', { name: 'Services' });
  });
});

async function enabledButton(name: string): Promise<HTMLElement> {
  const button = await screen.findByRole('button', { name });
  await waitFor(() => expect(button.getAttribute('aria-disabled')).toBe('false'));
  return button;
}
