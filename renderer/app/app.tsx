import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './theme.css';
import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { RouterProvider } from 'react-router';
import { type Rpc, RpcContext } from '../rpc/context';
import { ErrorBoundary } from './error-boundary';
import { createQueryClient } from './query-client';
import { createRouter } from './router';
import { cssVariables, theme } from './theme';
import { WorkspaceProvider } from './workspace-provider';

/** Everything below one connection to main. */
export function App({ rpc }: { rpc: Rpc }) {
  const [queries] = useState(createQueryClient);
  const [router] = useState(createRouter);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <ErrorBoundary>
        <RpcContext value={rpc}>
          <QueryClientProvider client={queries}>
            <WorkspaceProvider>
              <ModalsProvider>
                <RouterProvider router={router} />
              </ModalsProvider>
            </WorkspaceProvider>
          </QueryClientProvider>
        </RpcContext>
      </ErrorBoundary>
    </MantineProvider>
  );
}
