import { afterAll, beforeAll } from 'vitest';
import { describeHostMachine, describeHostSession } from '../support/host-session-contract';
import { openSshSession, sshTarget } from '../support/ssh-session';
import { type Sshd, startSshd } from '../support/sshd';

let sshd: Sshd;
let mute: Sshd;
let identityFiles: string[];
beforeAll(async () => {
  sshd = await startSshd();
  mute = await startSshd({ allowTcpForwarding: false, allowStreamLocalForwarding: false });
  identityFiles = [(await sshd.addKey()).path, (await mute.addKey()).path];
});
afterAll(async () => {
  await sshd[Symbol.asyncDispose]();
  await mute[Symbol.asyncDispose]();
});

const subject = (server: () => Sshd) => ({
  open: () => openSshSession(sshTarget(server(), { identityFiles })),
  openDead: () =>
    openSshSession(sshTarget(server(), { identityFiles }), { enginePath: '/nonexistent/engine.sock' }),
});

describeHostSession(
  'host session over SSH',
  subject(() => sshd),
);
describeHostMachine(
  'host session over SSH that forwards nothing',
  subject(() => mute),
);
