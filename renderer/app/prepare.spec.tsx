import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { PrepareRun } from '../../preload/contract';
import { withoutMedia } from '../lib/match-media.fixture';
import { preparePath } from '../lib/routes';
import { VPS_ID } from '../rpc/samples.fixture';
import { showHosts } from './hosts.fixture';

withoutMedia();
afterEach(cleanup);

const failedInstall: PrepareRun = {
  id: 'engine',
  title: 'Install',
  state: 'failed',
  startedAt: 1,
  endedAt: 2,
  exitCode: 100,
  output: ['E: no space left'],
};

describe('preparing', () => {
  it('runs the ticked steps and no others', async () => {
    const { run } = showHosts(preparePath(VPS_ID));
    fireEvent.click(await screen.findByRole('checkbox', { name: 'Swap' }));
    fireEvent.click(screen.getByRole('button', { name: 'Run 1 step' }));
    await waitFor(() => expect(run).toHaveBeenCalledExactlyOnceWith(['engine']));
  });

  it('keeps the output of a failed step and goes on from there', async () => {
    const { run } = showHosts(preparePath(VPS_ID), { runs: [failedInstall] });
    await screen.findByText('E: no space left');
    fireEvent.click(screen.getByRole('button', { name: 'Resume' }));
    await waitFor(() => expect(run).toHaveBeenCalledExactlyOnceWith(['engine', 'swap']));
  });
});
