/** The one session of a host, opened when it is first needed, and what its SSH connection says of itself. */
import type { LinkReport } from '../../../preload/contract';
import { createNotifier, type Notifier } from '../../streams/notifier';
import { type HostEndpoint, isSshSession, type OpenSession } from './host-endpoint';
import type { HostSession } from './host-session';
import { closedLink, followLink, type LinkFollower } from './link-follow';
import type { SshSession } from './ssh/face';

export interface SharedSession {
  /** Rejects as `openSession` does, and tries again the next time. */
  open(): Promise<HostSession | SshSession>;
  /** Once it was opened, and only for a host over SSH. */
  overSsh(): SshSession | null;
  /** Null for a host without SSH. */
  link(): LinkReport | null;
  readonly linkChanges: Notifier;
  dispose(): Promise<void>;
}

export function shareSession(host: HostEndpoint, openSession: OpenSession, life: AbortSignal): SharedSession {
  const linkChanges = createNotifier();
  let opening: Promise<HostSession | SshSession> | null = null;
  let overSsh: SshSession | null = null;
  let link: LinkFollower | null = null;

  async function make(): Promise<HostSession | SshSession> {
    const session = await openSession(host);
    if (!isSshSession(session)) return session;
    overSsh = session;
    link = followLink(session, life);
    void announce(link);
    return session;
  }

  async function announce(follower: LinkFollower): Promise<void> {
    linkChanges.notify();
    for (let seen = follower.changes.version; !life.aborted; seen = follower.changes.version) {
      await follower.changes.changed(seen, life).catch(() => undefined);
      linkChanges.notify();
    }
  }

  return {
    open() {
      opening ??= make().catch((error: unknown) => {
        opening = null;
        throw error;
      });
      return opening;
    },
    overSsh: () => overSsh,
    link: () => link?.report() ?? closedLink(host.endpoint),
    linkChanges,
    async dispose() {
      const opened = await opening?.catch(() => null);
      await opened?.[Symbol.asyncDispose]();
    },
  };
}
