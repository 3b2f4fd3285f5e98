import type { ComposeMount, ComposeProject, ComposeService } from '../compose-file/model';
import { compact } from './canonical';

/** Engine API `Binds`: for bind mounts whose host path the engine may make. */
export function binds(service: ComposeService): string[] {
  return service.volumes.filter(asBindText).map((mount) => {
    const options = [mount.read_only ? 'ro' : 'rw', mount.bind?.propagation, mount.bind?.selinux];
    return `${mount.source}:${mount.target}:${options.filter((option) => option !== undefined).join(',')}`;
  });
}

/** A path with a colon can't be written in the text form. */
function asBindText(mount: ComposeMount): boolean {
  return mount.type === 'bind' && mount.bind?.create_host_path !== false && !mount.source?.includes(':');
}

/** `anonymous` maps a container path to the volume an earlier container of the service had there. */
export function mounts(
  project: ComposeProject,
  service: ComposeService,
  anonymous: Record<string, string>,
): Record<string, unknown>[] {
  return service.volumes
    .filter((mount) => !asBindText(mount))
    .map((mount) => toMount(project, mount, anonymous));
}

function toMount(
  project: ComposeProject,
  mount: ComposeMount,
  anonymous: Record<string, string>,
): Record<string, unknown> {
  return compact({
    Type: mount.type,
    Source: mountSource(project, mount) ?? anonymous[mount.target],
    Target: mount.target,
    ReadOnly: mount.read_only === true ? true : undefined,
    Consistency: mount.consistency,
    BindOptions: compact({ Propagation: mount.bind?.propagation }),
    VolumeOptions: compact({ NoCopy: mount.volume?.nocopy, Subpath: mount.volume?.subpath }),
    TmpfsOptions: compact({ SizeBytes: mount.tmpfs?.size, Mode: mount.tmpfs?.mode }),
  });
}

function mountSource(project: ComposeProject, mount: ComposeMount): string | undefined {
  if (mount.type !== 'volume' || mount.source === undefined) return mount.source;
  return project.volumes[mount.source]?.name ?? mount.source;
}

/** `/run:size=64m,mode=755` → path and options. */
export function tmpfs(service: ComposeService): Record<string, string> {
  return Object.fromEntries(
    (service.tmpfs ?? []).map((text) => {
      const at = text.indexOf(':');
      return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** Keys of the project's volumes that the service mounts. */
export function mountedVolumes(project: ComposeProject, service: ComposeService): string[] {
  const named = service.volumes.flatMap((mount) =>
    mount.type === 'volume' && mount.source !== undefined ? [mount.source] : [],
  );
  return [...new Set(named)].filter((key) => project.volumes[key] !== undefined);
}
