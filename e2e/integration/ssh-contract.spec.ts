import { afterAll, beforeAll } from 'vitest';
import { describeHostSession } from '../support/host-session-contract';
import { openSshSession, sshTarget } from '../support/ssh-session';
import { type Sshd, startSshd } from '../support/sshd';

let sshd: Sshd;
let identityFiles: string[];
beforeAll(async () => {
  sshd = await startSshd();
  identityFiles = [(await sshd.addKey()).path];
});
afterAll(() => sshd[Symbol.asyncDispose]());

describeHostSession('host session over SSH', {
  open: () => openSshSession(sshTarget(sshd, { identityFiles })),
  openDead: () =>
    openSshSession(sshTarget(sshd, { identityFiles }), { enginePath: '/nonexistent/engine.sock' }),
});
