/** The container around the box. */
import { randomBytes } from 'node:crypto';
import { docker } from './engine-command';

const DATA = '/var/lib/docker';

export interface ContainerOptions {
  image: string;
  hostname: string;
  /** On 127.0.0.1, for the box's port 22; null: none, and the machine itself is refused too. */
  port: number | null;
  network: string | null;
  /** Puts the inner engine's data into memory, of this size; gone with a reboot. null: on disk. */
  dockerDiskBytes: number | null;
}

/**
 * systemd and an engine need nearly everything a machine has. Not SYS_RESOURCE, where the machine itself
 * lacks it; never SYS_TIME: there is one clock, the machine's.
 */
const RIGHTS = [
  ...['--cap-add', 'ALL', '--cap-drop', 'SYS_RESOURCE', '--cap-drop', 'SYS_TIME'],
  ...['--security-opt', 'seccomp=unconfined', '--security-opt', 'systempaths=unconfined'],
  ...['--security-opt', 'apparmor=unconfined', '--device-cgroup-rule', 'a *:* rwm', '--cgroupns', 'private'],
];

function storage(bytes: number | null): string[] {
  const data =
    bytes === null
      ? ['--mount', `type=volume,destination=${DATA}`]
      : ['--tmpfs', `${DATA}:rw,exec,suid,dev,size=${bytes}`];
  // An overlay cannot lie on the container's own one.
  return [...data, '--mount', 'type=volume,destination=/var/lib/containerd'];
}

/** Answers the container's name. */
export async function runContainer(options: ContainerOptions): Promise<string> {
  const name = `bz-vps-${options.hostname}-${randomBytes(4).toString('hex')}`;
  const reach =
    options.port === null ? ['--env', 'REFUSE_GATEWAY=yes'] : ['--publish', `127.0.0.1:${options.port}:22`];
  const network = options.network ? ['--network', options.network, '--network-alias', options.hostname] : [];
  await docker([
    ...['run', '--detach', '--name', name, '--hostname', options.hostname, '--label', 'bizosaas-e2e.vps'],
    ...RIGHTS,
    ...['--tmpfs', '/run', '--tmpfs', '/run/lock', ...storage(options.dockerDiskBytes)],
    ...[...reach, ...network, options.image],
  ]);
  return name;
}

export async function addressOf(container: string): Promise<string> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  return (await docker(['inspect', '--format', format, container])).trim();
}
