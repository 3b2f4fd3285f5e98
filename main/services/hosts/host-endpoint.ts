/** One place where an engine may be, before anything is known of it, and the port that opens it. */
import type { Host } from '../../../preload/contract';
import type { HostSession } from './host-session';
import type { SshSession } from './ssh/face';

export interface HostEndpoint {
  /** As in the contract: `context:<name>`, `env:DOCKER_HOST`, `socket:default`, `ssh:<destination>`. */
  id: string;
  title: string;
  source: Host['source'];
  /** `unix:///var/run/docker.sock`, `tcp://…`, `npipe://…`, `ssh://…`. */
  endpoint: string;
  /** Folder with ca.pem, cert.pem and key.pem of a TCP endpoint. */
  tls: { directory: string; verify: boolean } | null;
  /** Why this host can't be used with this version; null when it can be tried. */
  unsupported: string | null;
}

export function isSshEndpoint(endpoint: string): boolean {
  return endpoint.startsWith('ssh://');
}

/** Its connection goes through no network that this machine could leave. */
export function isOnThisMachine({ endpoint }: Pick<HostEndpoint, 'endpoint'>): boolean {
  return /^(unix|npipe):/.test(endpoint);
}

/** Port: a session to one endpoint. Connects on the first call; may throw for an endpoint that can't be read. */
export type OpenSession = (
  host: HostEndpoint,
) => HostSession | SshSession | Promise<HostSession | SshSession>;

export function isSshSession(session: HostSession | SshSession): session is SshSession {
  return 'link' in session;
}
