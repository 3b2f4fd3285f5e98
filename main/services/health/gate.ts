import type { HostSession } from '../hosts/host-session';
import type { Log } from '../log';
import type { ComposeProject } from '../stacks/compose-file/model';
import { defineStack } from './definition';
import { probeService } from './probe';
import { routesTo } from './routes';

export interface GateDeps {
  session: HostSession;
  project: ComposeProject;
  now: () => number;
  log: Log;
}

/**
 * The outside probe as a gate of apply (`ApplyDeps.probe`): true when the service answers healthy or
 * degraded, or listens where more can't be known; null when the file defines no probe or there is no way to it.
 */
export function createGateProbe({ session, project, now, log }: GateDeps) {
  const { services } = defineStack(project, log);
  const connect = session.connectTcp.bind(session);
  return async (service: string, containerId: string, signal: AbortSignal): Promise<boolean | null> => {
    const spec = services.get(service)?.probe;
    if (!spec) return null;
    const routes = routesTo(await session.engine.inspectContainer(containerId, signal), spec.port);
    for (const route of routes) {
      const { result, reached } = await probeService({ ...route, spec, connect, now }, signal);
      if (reached) return passes(result.outcome);
    }
    return routes.length === 0 ? null : false;
  };
}

function passes(outcome: string): boolean {
  return outcome === 'healthy' || outcome === 'degraded' || outcome === 'listening';
}
