/** Projects and an apply for tests on a real engine: sub-second services on the tiny image. */
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostSession } from '../../main/services/hosts/host-session';
import { applyProject } from '../../main/services/stacks/apply/apply';
import type { ApplyDeps, ApplyRequest } from '../../main/services/stacks/apply/model';
import type { ComposeProject, ComposeService } from '../../main/services/stacks/compose-file/model';
import { sampleService } from '../../main/services/stacks/compose-file/sample';
import type { ApplyOutcome, ApplyProgress } from '../../main/services/stacks/face';
import { createJournal } from '../../main/services/stacks/journal/journal';
import type { JournalEntry } from '../../main/services/stacks/journal/model';
import { readEntries } from '../../main/services/stacks/journal/replay';
import type { ServiceProgress } from '../../preload/contract';

/** Runs the words, then stays until it is told to stop: at once, and without using the processor. */
export function stay(words: string): string[] {
  return ['sh', '-c', `trap 'exit 0' TERM; ${words}; sleep 3600 & wait`];
}

/** Does not end when it is told to, until the test lets it go: what stops it is under way for just as long. */
export const STUBBORN = {
  command: ['sh', '-c', "trap '' TERM; rm -f /tmp/go; until [ -e /tmp/go ]; do sleep 0.1; done"],
  stop_grace_period: 30_000,
};

export async function letGo({ engine }: HostSession, container: string): Promise<void> {
  await engine.exec(container, ['touch', '/tmp/go']);
}

export type ServiceSketch = Partial<ComposeService>;

/** A service that sleeps until it is told to stop, on one default network. */
export function service(name: string, image: string, sketch: ServiceSketch = {}): ComposeService {
  return sampleService(name, { image, command: stay(':'), networks: { default: {} }, ...sketch });
}

export function project(
  name: string,
  services: ComposeService[],
  sketch: Partial<ComposeProject> = {},
): ComposeProject {
  return {
    name,
    directory: '/',
    files: ['/compose.yaml'],
    services: Object.fromEntries(services.map((one) => [one.name, one])),
    networks: { default: { name: `${name}_default`, extensions: {} } },
    volumes: {},
    secrets: {},
    configs: {},
    extensions: {},
    ...sketch,
  };
}

/** Healthy as soon as /tmp/ready exists. */
export const READY_CHECK = {
  test: ['CMD', 'test', '-e', '/tmp/ready'],
  interval: 1000,
  timeout: 1000,
  retries: 3,
};
export const READY_COMMAND = stay('touch /tmp/ready');

export function healthyService(name: string, image: string, sketch: ServiceSketch = {}): ComposeService {
  return service(name, image, { command: READY_COMMAND, healthcheck: READY_CHECK, ...sketch });
}

export function needs(
  condition: 'service_started' | 'service_healthy' | 'service_completed_successfully',
  ...names: string[]
) {
  return Object.fromEntries(names.map((name) => [name, { condition, required: true, restart: false }]));
}

/** db comes up; slow gets healthy only once `/gate/open` is made, and last waits for it. */
export function halfway(name: string, image: string): ComposeProject {
  return project(
    name,
    [
      healthyService('db', image),
      healthyService('slow', image, {
        command: stay('until [ -e /gate/open ]; do sleep 0.1; done; touch /tmp/ready'),
        volumes: [{ type: 'volume', source: 'gate', target: '/gate' }],
        depends_on: needs('service_healthy', 'db'),
      }),
      healthyService('last', image, { depends_on: needs('service_healthy', 'slow') }),
    ],
    { volumes: { gate: { name: `${name}_gate`, extensions: {} } } },
  );
}

export interface Bench {
  deps: ApplyDeps;
  /** Newest progress per service. */
  rows: Map<string, ServiceProgress>;
  phases: string[];
  warnings: string[];
  journalDirectory: string;
  apply(
    request: Partial<ApplyRequest> & { project: ComposeProject },
    signal?: AbortSignal,
    progress?: ApplyProgress,
  ): Promise<ApplyOutcome>;
}

export async function bench(session: HostSession, overrides: Partial<ApplyDeps> = {}): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), 'bizosaas-journal-'));
  const rows = new Map<string, ServiceProgress>();
  const phases: string[] = [];
  const warnings: string[] = [];
  const note = (message: string): void => {
    warnings.push(message);
  };
  const deps: ApplyDeps = {
    session,
    journal: createJournal(directory),
    log: { info: () => undefined, warn: note, error: note },
    owner: `test@here ${process.pid}`,
    now: Date.now,
    environment: {},
    timing: { settleMs: 300 },
    ...overrides,
  };
  const noted: ApplyProgress = {
    phase: (name) => void phases.push(name),
    service: (row) => void rows.set(row.service, row),
  };
  return {
    deps,
    rows,
    phases,
    warnings,
    journalDirectory: directory,
    apply: (request, signal = new AbortController().signal, progress = noted) =>
      applyProject(deps, { stackId: 'test', services: [], ...request }, progress, signal),
  };
}

/** What the newest apply wrote down, oldest first. */
export async function journalOf({
  journalDirectory,
}: Pick<Bench, 'journalDirectory'>): Promise<JournalEntry[]> {
  const names = await readdir(journalDirectory, { recursive: true });
  const newest = names
    .filter((one) => one.endsWith('.jsonl'))
    .sort()
    .at(-1);
  return newest === undefined ? [] : readEntries(await readFile(join(journalDirectory, newest), 'utf8'));
}

/** Kinds and states of the newest journal, with the ids of steps; the project's name as `p`. */
export async function journaled(run: Pick<Bench, 'journalDirectory'>, name: string): Promise<string[]> {
  return (await journalOf(run)).flatMap((entry) => {
    if (entry.kind === 'begin') return [`begin ${entry.change}`];
    if (entry.kind === 'step') return [`${entry.state} ${entry.id.replace(name, 'p')}`];
    if (entry.kind === 'link') return [`link ${entry.state}`];
    return entry.kind === 'end' ? [`end ${entry.outcome}`] : [];
  });
}
