import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connect } from '../rpc/client';
import { LiveSources } from '../rpc/live-sources';
import { App } from './app';

/** Takes the first frame's place. */
export function startApp(root: HTMLElement) {
  createRoot(root).render(
    <StrictMode>
      <App rpc={{ client: connect(), sources: new LiveSources() }} />
    </StrictMode>,
  );
}
