/**
 * A host behind SSH: one connection carries the engine's API, programs and forwards, and is made hop by hop with
 * the first call. ssh2 speaks the protocol; who is trusted and who answers questions comes in through
 * `HostTrust` and `SignInPrompts`.
 */
import { cancelled } from '../../services/errors';
import type { SshSession } from '../../services/hosts/ssh/face';
import { mergeSignals } from '../../streams/abortable';
import { createEngine } from '../engine-api';
import { askerOf } from './asker';
import { withBulkLink } from './bulk';
import { createRemoteCgroupReader } from './cgroup-stats';
import { createEngineAccess } from './engine-access';
import { createLink, type Link } from './link';
import { createMachineCalls } from './machine';
import type { SshSessionOptions } from './options';
import { runAsRoot } from './root';
import { createSessionPools } from './session-pool';
import { createTcpAccess } from './tcp';

export type { SshSessionOptions } from './options';

/** Rejects nothing itself: the first call connects. */
export function createSshSession(options: SshSessionOptions): SshSession {
  const { hostId, endpoint, registryAuth, prompts } = options;
  const enginePath = options.enginePath ?? null;
  const life = new AbortController();
  const link = createLink({ ...options, enginePath });
  const open = openUnder(link, life.signal);
  const pools = createSessionPools(async () => (await link.openSecond('engine', life.signal)).link);
  const access = createEngineAccess({ open, pools, hostId, endpoint, enginePath });
  const tcp = createTcpAccess({ open, pools, now: options.now });
  const engine = createEngine({
    hostId,
    endpoint,
    registryAuth,
    statsReader: createRemoteCgroupReader({
      asker: async (signal) => askerOf((await open(signal)).link),
      now: options.now,
    }),
    createConnection: () => access.dial(),
    enter: access.enter,
    tunnelFailure: () => link.loss(),
  });
  return {
    hostId,
    endpoint,
    engine,
    ...createMachineCalls(async (signal) => (await open(signal)).link),
    connectTcp: tcp.connect,
    link: {
      report: () => ({ ...link.report(), transport: access.transport(), tcp: tcp.way(link.current()?.link) }),
      changes: link.changes,
      localAddress: () => link.current()?.link.passage.localAddress ?? null,
    },
    renew: (reason) => link.renew(reason),
    async probe(onHop, signal) {
      const release = link.onHop(onHop);
      // Over a connection that stands, the way to the engine is what can have changed.
      if (link.current()) access.searchAgain();
      for (const hop of link.current()?.hops.reports ?? []) onHop(hop);
      try {
        (await access.enter({ long: true, signal }))();
      } catch {
        // The last report says what failed.
      } finally {
        release();
      }
      return link.report().hops;
    },
    async runAsRoot(script, running) {
      return runAsRoot(await open(running.signal), script, running, { hostId, prompts });
    },
    async withBulk(work, signal) {
      using both = mergeSignals(life.signal, signal);
      const live = await link.openSecond('bulk', both.signal);
      return await withBulkLink(live, options, work);
    },
    async [Symbol.asyncDispose]() {
      life.abort();
      engine.close();
      link.dispose();
    },
  };
}

/** A call after the end of the session is cancelled, not answered. */
function openUnder(link: Link, life: AbortSignal): Link['open'] {
  return async (signal) => {
    if (life.aborted) throw cancelled('The session');
    return link.open(signal);
  };
}
