/** Which services a start, stop or restart is about, and what is said once it is done. Pure. */
import { DomainError } from '../../errors';
import type { ComposeProject } from '../compose-file/model';
import type { ApplyOutcome } from '../face';
import type { ObservedContainer } from '../plan/model';
import { isJob } from '../plan/service-facts';
import type { ActRequest } from './model';

type Asked = Pick<ActRequest, 'project' | 'services' | 'action'>;
type Seen = Pick<ObservedContainer, 'service' | 'state'>;

export const PAST = { start: 'started', stop: 'stopped', restart: 'restarted' } as const;

/** Without a choice every service that has a container; jobs are not started by a sweep, and stopped while they run. */
export function chosen({ project, services, action }: Asked, containers: readonly Seen[]): string[] {
  const present = [...new Set(containers.map(({ service }) => service))];
  if (services.length === 0) {
    return present.filter((name) => {
      if (isJobOf(project, name)) return action === 'stop' && !hasEnded(name, containers);
      return action === 'stop' || project.services[name] !== undefined;
    });
  }
  const absent = services.find((name) => !present.includes(name));
  if (absent === undefined) return services;
  const message = `${absent} has no container yet. Deploy the stack first.`;
  throw new DomainError('NOT_FOUND', { kind: 'container of service', name: absent }, message);
}

function isJobOf(project: ComposeProject, name: string): boolean {
  const service = project.services[name];
  return service !== undefined && isJob(project, service);
}

function hasEnded(name: string, containers: readonly Seen[]): boolean {
  const own = containers.filter(({ service }) => service === name);
  return own.every(({ state }) => state === 'exited' || state === 'created' || state === 'dead');
}

export function actOutcome(
  { project: { name }, action }: Asked,
  services: readonly string[],
  containers: readonly Seen[],
): ApplyOutcome {
  const [first] = services;
  if (first === undefined) return { summary: nothing(name, action, containers), changed: false };
  const what = services.length === 1 ? first : `${services.length} services`;
  return { summary: `${what} ${PAST[action]}.`, changed: true };
}

function nothing(project: string, action: Asked['action'], containers: readonly Seen[]): string {
  if (containers.length === 0) return `${project} has no containers; there was nothing to ${action}.`;
  return action === 'stop'
    ? `Nothing of ${project} is running; there was nothing to stop.`
    : `${project} has no container of a service; there was nothing to ${action}.`;
}
