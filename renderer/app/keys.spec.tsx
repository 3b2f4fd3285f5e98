import { createRouterClient } from '@orpc/server';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Attention, defaultSettings, type ServiceRow, type Stack } from '../../preload/contract';
import { AttentionPanel } from '../features/overview/attention';
import { useRowKeys } from '../features/services/use-row-keys';
import { useTableState } from '../features/services/use-table-state';
import { TaskBar } from '../features/tasks';
import { withoutMedia } from '../lib/match-media.fixture';
import { listed, os, refusing } from '../rpc/main.fixture';
import { localHost, shopStack, webRow } from '../rpc/samples.fixture';
import { drawWindow } from './window.fixture';

withoutMedia();
afterEach(cleanup);

const job: ServiceRow = { ...webRow, id: 'migrate', title: 'Migrate', unit: 'job', engineState: 'exited' };

/** The table draws no row where nothing is laid out; its keys are the same. */
function Rows({ rows }: { rows: ServiceRow[] }) {
  const onKeyDown = useRowKeys(useTableState(rows));
  return (
    <button type="button" onKeyDown={onKeyDown}>
      Rows
    </button>
  );
}

interface Seen {
  rows?: ServiceRow[];
  stack?: Stack;
  attention?: Attention[];
}

function show(path: string, { rows = [webRow, job], stack = shopStack, attention = [] }: Seen = {}) {
  const act = vi.fn();
  const router = os.router({
    ...refusing,
    hosts: {
      ...refusing.hosts,
      watch: os.hosts.watch.handler(({ signal }) => listed([localHost], signal)),
    },
    stacks: {
      ...refusing.stacks,
      watch: os.stacks.watch.handler(({ signal }) => listed([stack], signal)),
    },
    services: {
      ...refusing.services,
      watch: os.services.watch.handler(({ signal }) => listed(rows, signal)),
      attention: os.services.attention.handler(({ signal }) => listed(attention, signal)),
      act: os.services.act.handler(({ input }) => {
        act(input.action, input.services);
        return { taskId: 't' };
      }),
    },
    tasks: { ...refusing.tasks, watch: os.tasks.watch.handler(({ signal }) => listed([], signal)) },
    settings: {
      ...refusing.settings,
      get: os.settings.get.handler(() => ({ ...defaultSettings, selectedStackId: stack.id })),
    },
  });
  drawWindow(
    createRouterClient(router),
    path,
    <>
      <Routes>
        <Route path="/" element={<AttentionPanel rows={rows} />} />
        <Route path="/services" element={<Rows rows={rows} />} />
      </Routes>
      <TaskBar />
    </>,
  );
  return act;
}

describe('the key for stopping', () => {
  it('asks about a service that runs', async () => {
    const act = show('/services');
    fireEvent.keyDown(await screen.findByRole('button', { name: 'Rows' }), { key: 's' });
    await screen.findByRole('dialog', { name: 'Stop Web' });
    expect(act).not.toHaveBeenCalled();
  });

  it('says of a job that has ended that nothing of it runs', async () => {
    const act = show('/services', { rows: [job] });
    fireEvent.keyDown(await screen.findByRole('button', { name: 'Rows' }), { key: 's' });
    await screen.findByText('Stop Migrate: not now');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(act).not.toHaveBeenCalled();
  });
});

describe('the list of tasks', () => {
  it('gives the focus back to where its key was pressed', async () => {
    show('/services');
    const row = await screen.findByRole('button', { name: 'Rows' });
    row.focus();
    fireEvent.keyDown(row, { key: 'j', ctrlKey: true });
    const close = await screen.findByRole('button', { name: 'Close tasks' });
    fireEvent.keyDown(close, { key: 'Escape' });
    await waitFor(() => expect(document.activeElement).toBe(row));
  });
});

describe('a message beside a dialog', () => {
  it('is reached by its key', async () => {
    show('/services', { rows: [job] });
    const rows = await screen.findByRole('button', { name: 'Rows' });
    rows.focus();
    fireEvent.keyDown(rows, { key: 's' });
    await screen.findByText('Stop Migrate: not now');
    fireEvent.keyDown(rows, { key: 'F8' });
    const closing = document.activeElement;
    expect(closing?.closest('#notes')).not.toBeNull();
    expect(closing?.tagName).toBe('BUTTON');
  });
});

describe('what needs attention', () => {
  const common = { service: null, severity: 'warning' as const, since: 1, actions: [] };
  const apply: Attention = { ...common, id: 'apply', sentence: 'An apply of Shop ended early.' };
  const other: Attention = { ...common, id: 'definition', sentence: 'The definition of Shop can’t be read.' };
  const unfinished = { journalId: 'j', startedAt: 1, phase: 'Starting', doneSteps: 2, totalSteps: 9 };
  const cutOff: Stack = { ...shopStack, unfinished };

  it('leaves to the banner what the banner says', async () => {
    show('/', { stack: cutOff, attention: [apply, other] });
    await screen.findByText(other.sentence);
    expect(screen.queryByText(apply.sentence)).toBeNull();
  });

  it('never calls that nothing', async () => {
    show('/', { stack: cutOff, attention: [apply] });
    await screen.findByText(/observed/);
    await waitFor(() => expect(screen.queryByText(/Nothing needs attention|is healthy/)).toBeNull());
  });

  it('says it itself where there is no banner', async () => {
    show('/', { attention: [apply] });
    await screen.findByText(apply.sentence);
  });
});
