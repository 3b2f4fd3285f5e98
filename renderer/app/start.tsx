import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { clientOver } from '../rpc/client';
import { LiveSources } from '../rpc/live-sources';
import { App } from './app';

/** Takes the first frame's place; `port` leads to main. */
export function startApp(root: HTMLElement, port: MessagePort) {
  createRoot(root).render(
    <StrictMode>
      <App rpc={{ client: clientOver(port), sources: new LiveSources() }} />
    </StrictMode>,
  );
}
