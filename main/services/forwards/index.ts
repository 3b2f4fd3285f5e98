import { isDeepStrictEqual } from 'node:util';
import type { Forward } from '../../../preload/contract';
import { createLiveList } from '../../streams/live-list';
import { DomainError } from '../errors';
import type { HostsService } from '../hosts/face';
import type { StacksService } from '../stacks/face';
import type { ForwardsService } from './face';
import { bindLocalPort, type LocalPort } from './local-port';
import { placesOf, portOfService } from './target';
import { createWay, type WayOptions } from './way';

const COALESCE_MS = 100;
const FORWARDS_AT_ONCE = 100;
/** Longer than it takes to notice a silent loss and to make the link again; shorter than a browser's patience. */
const WAIT_FOR_LINK_MS = 25_000;
const PRIVILEGED_PORTS = 1024;

export interface ForwardsDeps {
  hosts: Pick<HostsService, 'session'>;
  stacks: Pick<StacksService, 'known' | 'projectName'>;
  newId: () => string;
  /** Milliseconds since the Unix epoch. */
  now: () => number;
  /** Default 25 000. */
  waitForLinkMs?: number;
}

type Wanted = Pick<Forward, 'hostId' | 'target'>;

export function createForwardsService(deps: ForwardsDeps): ForwardsService {
  const { hosts, stacks } = deps;
  const live = createLiveList<Forward>({
    id: ({ id }) => id,
    coalesceMs: COALESCE_MS,
    equals: isDeepStrictEqual,
  });
  const opened = new Map<string, Promise<{ forward: () => Forward; local: LocalPort }>>();

  /** One per target, also for two who ask at once. */
  async function openOnce(wanted: Wanted, preferred: number, places: WayOptions['places']): Promise<Forward> {
    const key = JSON.stringify([wanted.hostId, wanted.target]);
    if (!opened.has(key) && opened.size >= FORWARDS_AT_ONCE) throw tooMany();
    const opening = opened.get(key) ?? bind(wanted, preferred, places);
    opened.set(key, opening);
    try {
      return (await opening).forward();
    } catch (error) {
      opened.delete(key);
      throw error;
    }
  }

  async function bind(wanted: Wanted, preferred: number, places: WayOptions['places']) {
    const about = { id: deps.newId(), ...wanted, openedAt: deps.now() };
    const bound: { local: LocalPort | null } = { local: null };
    const local = await bindLocalPort({
      way: createWay({ hosts, hostId: wanted.hostId, places }),
      preferred: preferred < PRIVILEGED_PORTS ? 0 : preferred,
      waitMs: deps.waitForLinkMs ?? WAIT_FOR_LINK_MS,
      onChange: () => {
        if (bound.local && live.get(about.id)) live.upsert(toForward(about, bound.local));
      },
    });
    bound.local = local;
    const forward = () => toForward(about, local);
    live.upsert(forward());
    return { forward, local };
  }

  return {
    watch: (signal) => live.watch(signal),
    async open({ hostId, stackId }, service, wanted, signal) {
      const session = await hosts.session(hostId, signal);
      const { project } = await stacks.known({ hostId, stackId }, signal);
      const { port, published } = await portOfService(session, project, { service, wanted }, signal);
      const target = { kind: 'service' as const, stackId, service, port };
      return openOnce({ hostId, target }, published ?? port, async (current, waiting) =>
        placesOf(current, { project: await stacks.projectName(stackId), service, port }, waiting),
      );
    },
    openPort: (hostId, port) =>
      openOnce({ hostId, target: { kind: 'host', port } }, port, async () => [
        { address: '127.0.0.1', port },
      ]),
    async close(id) {
      for (const [key, opening] of opened) {
        const entry = await opening.catch(() => null);
        if (entry?.forward().id !== id) continue;
        opened.delete(key);
        live.remove(id);
        return entry.local.close();
      }
      throw new DomainError('NOT_FOUND', { kind: 'forward', name: id }, 'This forward is no longer open.');
    },
    async dispose() {
      const all = [...opened.values()];
      opened.clear();
      await Promise.all(
        all.map((opening) => opening.then(({ local }) => local.close()).catch(() => undefined)),
      );
    },
  };
}

function toForward(about: Pick<Forward, 'id' | 'hostId' | 'target' | 'openedAt'>, local: LocalPort): Forward {
  const { port, connections, failure } = local;
  return { ...about, localPort: port, url: `http://127.0.0.1:${port}`, connections, failure };
}

function tooMany(): DomainError {
  const detail = `${FORWARDS_AT_ONCE} are open`;
  return new DomainError(
    'CONFLICT',
    { what: 'forwards', detail },
    `No further forward: ${detail}. Close one.`,
  );
}
