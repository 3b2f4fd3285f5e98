/** What a service waits for: its own things, and what it depends on. */
import { raceSignal } from '../../../streams/abortable';
import type { ComposeService, DependencyCondition } from '../compose-file/model';
import { uncheckedWords } from '../plan/health-gates';
import { sharedNamespaces } from '../plan/service-facts';
import { gateError } from './gate';
import { type Milestones, UNCHECKED } from './milestones';
import type { Pass } from './pass-model';

/** What a service waits for before its containers can be created. */
export interface Prerequisites {
  /** Networks and volumes; rejects with the first reason. */
  objects: Promise<void>;
  image: Promise<void>;
  dependency: (name: string) => Milestones | undefined;
}

export class Blocked extends Error {}

/** Rejects with Blocked when one that is required will not get there. */
export function dependenciesReached(
  pass: Pass,
  service: ComposeService,
  needs: Prerequisites,
): Promise<void> {
  return reached(pass, service, needs, edgesOf(service));
}

/** Until then the engine is left to those: there is time for what waits for them while they get healthy. */
export function dependenciesStarted(
  pass: Pass,
  service: ComposeService,
  needs: Prerequisites,
): Promise<void> {
  const later = edgesOf(service).filter(({ condition }) => condition !== 'service_started');
  const started = later.map((edge): Edge => ({ ...edge, condition: 'service_started' }));
  return reached(pass, service, needs, started);
}

async function reached(
  pass: Pass,
  service: ComposeService,
  needs: Prerequisites,
  edges: Edge[],
): Promise<void> {
  const awaited = edges.flatMap((edge) => {
    const milestone = needs.dependency(edge.name)?.reached(edge.condition);
    return milestone === undefined ? [] : [{ ...edge, milestone }];
  });
  const open = new Set<Edge>(awaited);
  tellWaiting(pass, service.name, open);
  await Promise.all(
    awaited.map(async (edge) => {
      // A cancel must not wait for a dependency that will take its time.
      const outcome = await raceSignal(edge.milestone, pass.signal);
      open.delete(edge);
      if (outcome.ok || !edge.required) return tellWaiting(pass, service.name, open);
      open.clear();
      if (outcome.reason === UNCHECKED) throw unchecked(service.name, edge.name);
      throw new Blocked(`Not started: ${outcome.reason}.`);
    }),
  );
}

/** The file's own fault, as pre-flight tells it where the image is known by then. */
function unchecked(service: string, dependency: string): Error {
  const { evidence, advice } = uncheckedWords([service], dependency);
  return gateError(service, `Not started: ${evidence} ${advice}`);
}

interface Edge {
  name: string;
  condition: DependencyCondition;
  required: boolean;
}

function edgesOf(service: ComposeService): Edge[] {
  const named = Object.entries(service.depends_on).map(([name, edge]) => ({ ...edge, name }));
  const shared = sharedNamespaces(service).map(
    (name): Edge => ({ name, condition: 'service_started', required: true }),
  );
  return [...named, ...shared];
}

const CONDITION_WORDS: Record<DependencyCondition, string> = {
  service_started: 'started',
  service_healthy: 'healthy',
  service_completed_successfully: 'done',
};

/** Names the first that is still open. */
function tellWaiting(pass: Pass, service: string, open: ReadonlySet<Edge>): void {
  const [first] = open;
  if (first === undefined) return;
  const text = `Waiting for ${first.name} to be ${CONDITION_WORDS[first.condition]}.`;
  pass.reporter.set(service, 'waiting', text);
}
