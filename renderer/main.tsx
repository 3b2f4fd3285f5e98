import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { connect } from './rpc/client';
import { LiveSources } from './rpc/live-sources';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id root');

createRoot(root).render(
  <StrictMode>
    <App rpc={{ client: connect(), sources: new LiveSources() }} />
  </StrictMode>,
);
