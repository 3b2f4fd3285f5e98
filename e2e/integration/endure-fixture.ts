/** An engine behind a link that a test can lose: a server of ours, a relay before it, this machine's engine behind it. */
import type { SshSession } from '../../main/services/hosts/ssh/face';
import { type Relay, startRelay } from '../support/relay';
import { memoryTrust, openSshSession, sshTarget } from '../support/ssh-session';
import { type Sshd, startSshd } from '../support/sshd';

export interface FarEngine extends AsyncDisposable {
  session: SshSession;
  relay: Relay;
  sshd: Sshd;
  /** The link is gone at once and can't be made again until `relay.heal`. */
  sever(): void;
}

export async function farEngine(): Promise<FarEngine> {
  const sshd = await startSshd();
  const relay = await startRelay({ to: sshd });
  const identityFiles = [(await sshd.addKey()).path];
  const known = sshd.hostKeys.map(({ fingerprint }) => fingerprint);
  const target = sshTarget({ ...sshd, port: relay.port }, { identityFiles });
  const session = openSshSession(target, { trust: memoryTrust({ known }) });
  return {
    session,
    relay,
    sshd,
    sever() {
      relay.refuse();
      relay.cut();
    },
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]();
      await relay[Symbol.asyncDispose]();
      await sshd[Symbol.asyncDispose]();
    },
  };
}
