/** What a file does not say but means: the default network, and dependencies that other attributes imply. */
import type { ComposeProject, ComposeService } from '../model';

/** Changes the project in place. */
export function addImplied(project: ComposeProject): void {
  project.networks.default ??= { name: `${project.name}_default`, extensions: {} };
  for (const service of Object.values(project.services)) {
    if (Object.keys(service.networks).length === 0 && service.network_mode === undefined) {
      service.networks = { default: {} };
    }
    if (service.pull_policy === 'if_not_present') service.pull_policy = 'missing';
    for (const [name, restart] of impliedDependencies(service)) {
      service.depends_on[name] ??= { condition: 'service_started', required: true, restart };
    }
  }
}

/** Name of the service and whether its restart restarts this one. */
function impliedDependencies(service: ComposeService): [string, boolean][] {
  const { network_mode, ipc, pid, uts, cgroup } = service;
  const shared = [network_mode, ipc, pid, uts, cgroup].filter((mode) => mode?.startsWith('service:'));
  const links = textList(service.unapplied?.links).map((link) => link.split(':', 1)[0] ?? '');
  const from = textList(service.unapplied?.volumes_from).filter((name) => !name.startsWith('container:'));
  return [
    ...shared.map((mode): [string, boolean] => [mode?.slice('service:'.length) ?? '', true]),
    ...links.map((name): [string, boolean] => [name, true]),
    ...from.map((name): [string, boolean] => [name.split(':', 1)[0] ?? '', false]),
  ];
}

function textList(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
