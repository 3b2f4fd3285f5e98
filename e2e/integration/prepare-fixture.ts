/** A machine in a box, prepared over SSH by one of its users. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPrepareService, type PrepareDeps } from '../../main/services/prepare';
import type { PrepareService } from '../../main/services/prepare/face';
import type { PreparePlan, PrepareRun, PrepareStep } from '../../preload/contract';
import { openSshSession, person, sshTarget } from '../support/ssh-session';
import type { Vps, VpsUser } from '../support/vps';

const HOST = 'ssh:box';
const CONNECT_MS = 1_500;
type StepId = PrepareStep['id'];

export interface Preparing extends AsyncDisposable {
  session: ReturnType<typeof openSshSession>;
  service: PrepareService;
  plan(): Promise<PreparePlan>;
  states(): Promise<Record<string, PrepareStep['state']>>;
  run(steps: StepId[], signal?: AbortSignal): Promise<string>;
  undo(step: StepId): Promise<string>;
  /** As the window is told. */
  records(): Promise<PrepareRun[]>;
  /** What steps printed, in order. */
  lines: string[];
  waits: string[];
  onLine(listener: (line: string) => void): void;
}

export interface PreparingOptions {
  user: VpsUser;
  /** In front of the box; default: none. */
  port?: number;
  sudo?: string[];
  timing?: PrepareDeps['timing'];
}

export async function preparing(box: Vps, options: PreparingOptions): Promise<Preparing> {
  const { user, port = box.port, sudo = [] } = options;
  const directory = await mkdtemp(join(tmpdir(), 'bz-prepare-'));
  const target = sshTarget({ host: box.host, port, user }, { identityFiles: [box.key.path] });
  const session = openSshSession(target, { prompts: person({ sudo }) });
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const service = createPrepareService({
    hosts: { ssh: async () => session },
    directory,
    now: Date.now,
    log: quiet,
    ...(options.timing && { timing: options.timing }),
  });
  const lines: string[] = [];
  const waits: string[] = [];
  const listeners: ((line: string) => void)[] = [];
  const progress = {
    phase(name: string, done: number | null) {
      if (done !== null || !name.includes(': ')) return;
      const line = name.replace(/^(Take back: )?[^:]*(: SSH, 80 and 443 stay open)?: /, '');
      if (line.startsWith('goes on there; ')) return void waits.push(line);
      lines.push(line);
      for (const listener of listeners) listener(line);
    },
    service: () => undefined,
  };
  const never = new AbortController().signal;
  return {
    session,
    service,
    lines,
    waits,
    plan: () => service.plan(HOST),
    async states() {
      const { steps } = await service.plan(HOST);
      return Object.fromEntries(steps.map(({ id, state }) => [id, state]));
    },
    run: (steps, signal = never) => service.run(HOST, steps, progress, signal),
    undo: (step) => service.undo(HOST, step, progress, never),
    async records() {
      for await (const update of service.watch(HOST, never)) {
        if (update.type === 'snapshot') return update.items;
      }
      return [];
    },
    onLine: (listener) => void listeners.push(listener),
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export async function reaches(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  socket.on('error', () => undefined);
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_MS) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Everything a step may write on the machine, as names, times and sums. */
export async function footprint(box: Vps): Promise<string> {
  return box.shell(
    `find /etc /usr/local /usr/bin /usr/sbin -type f -not -name '*-' -printf '%p %T@ %s\\n' | sort
     find /etc -type l -printf '%p %l\\n' | sort; getent group docker; iptables -S; ip6tables -S`,
  );
}
