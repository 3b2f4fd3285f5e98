/** The window around one screen, for specs: everything that stands above a screen in the application. */
import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { MemoryRouter } from 'react-router';
import type { Client } from '../rpc/client';
import { RpcContext } from '../rpc/context';
import { LiveSources } from '../rpc/live-sources';
import { Notes } from './notes';
import { createQueryClient } from './query-client';
import { WorkspaceProvider } from './workspace-provider';

/** `children` are the routes, and what is on every screen. */
export function drawWindow(client: Client, path: string, children: ReactNode) {
  return render(
    <MantineProvider env="test">
      <RpcContext value={{ client, sources: new LiveSources() }}>
        <QueryClientProvider client={createQueryClient()}>
          <WorkspaceProvider>
            <ModalsProvider>
              <Notes />
              <MemoryRouter initialEntries={[path]}>{children}</MemoryRouter>
            </ModalsProvider>
          </WorkspaceProvider>
        </QueryClientProvider>
      </RpcContext>
    </MantineProvider>,
  );
}
