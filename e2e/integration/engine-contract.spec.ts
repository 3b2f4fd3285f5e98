import { openTestSession } from '../support/engine';
import { describeHostSession } from '../support/host-session-contract';

describeHostSession('local host session', {
  open: () => openTestSession(),
  openDead: () => openTestSession('unix:///nonexistent/bizosaas.sock'),
});
