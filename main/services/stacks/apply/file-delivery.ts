/**
 * Secrets and configs are copied into the created container before it starts: this works on remote
 * engines too, and `inspect` never shows them.
 */
import { Readable } from 'node:stream';
import { DomainError } from '../../errors';
import type { EnginePort } from '../../hosts/engine';
import type {
  ComposeFileObject,
  ComposeFileReference,
  ComposeProject,
  ComposeService,
} from '../compose-file/model';
import { type Environment, fileObjectContent } from '../plan/file-objects';
import { type TarFile, tarOf } from './tar';

const DEFAULT_MODE = 0o444;

export async function deliverFiles(
  engine: EnginePort,
  containerId: string,
  what: { project: ComposeProject; service: ComposeService; environment: Environment },
): Promise<void> {
  const { service } = what;
  if (service.secrets.length + service.configs.length === 0) return;
  refuseHidden(service);
  const files = await Promise.all([
    ...service.secrets.map((reference) => tarFile('secret', reference, what)),
    ...service.configs.map((reference) => tarFile('config', reference, what)),
  ]);
  await engine.putArchive(containerId, '/', Readable.from([tarOf(files)]));
}

async function tarFile(
  kind: 'secret' | 'config',
  reference: ComposeFileReference,
  what: { project: ComposeProject; service: ComposeService; environment: Environment },
): Promise<TarFile> {
  const { project, service, environment } = what;
  const object = (kind === 'secret' ? project.secrets : project.configs)[reference.source];
  const content = object === undefined ? null : await fileObjectContent(object, environment);
  if (content === null) throw unreadable(kind, reference.source, { service: service.name, object });
  return {
    path: targetPath(kind, reference).slice(1),
    content,
    mode: reference.mode ?? DEFAULT_MODE,
    uid: numericId(reference.uid),
    gid: numericId(reference.gid),
  };
}

export function targetPath(kind: 'secret' | 'config', reference: ComposeFileReference): string {
  const target = reference.target ?? reference.source;
  if (target.startsWith('/')) return target;
  return kind === 'secret' ? `/run/secrets/${target}` : `/${target}`;
}

function unreadable(
  kind: 'secret' | 'config',
  name: string,
  { service, object }: { service: string; object: ComposeFileObject | undefined },
): DomainError {
  const from =
    object?.file ??
    (object?.environment === undefined ? 'an external store' : `variable ${object.environment}`);
  const message = `The ${kind} ${name} of ${service} can't be read from ${from}. Make it available, then apply again.`;
  return new DomainError('NOT_FOUND', { kind, name }, message);
}

/** Names would need the container's own user table; the engine takes numbers only. */
function numericId(id: string | undefined): number {
  return id !== undefined && /^\d+$/.test(id) ? Number(id) : 0;
}

/** A copy before the start lands in the container's own layer: a tmpfs hides it there, a read-only one takes none. */
export function refuseHidden(service: ComposeService): void {
  const kinds = { secret: service.secrets, config: service.configs } as const;
  const targets = (['secret', 'config'] as const).flatMap((kind) =>
    kinds[kind].map((reference) => ({
      what: `${kind} ${reference.source}`,
      path: targetPath(kind, reference),
    })),
  );
  for (const { what, path } of targets) {
    const hidden = tmpfsPaths(service).find((above) => path.startsWith(`${above.replace(/\/$/, '')}/`));
    if (hidden !== undefined) {
      const advice = `Give the ${what} a target outside of it, or mount the tmpfs elsewhere.`;
      throw refused(
        service,
        `The ${what} would lie at ${path}, which the tmpfs at ${hidden} hides. ${advice}`,
      );
    }
    if (service.read_only === true) {
      const advice = 'Mount its file with "volumes", or leave "read_only" out.';
      throw refused(service, `The ${what} can't be put at ${path}: the container is read-only. ${advice}`);
    }
  }
}

function tmpfsPaths({ tmpfs = [], volumes }: ComposeService): string[] {
  const mounted = volumes.filter(({ type }) => type === 'tmpfs').map(({ target }) => target);
  return [...tmpfs.map((text) => text.split(':', 1)[0] ?? ''), ...mounted];
}

function refused({ name }: ComposeService, detail: string): DomainError {
  return new DomainError('CONFLICT', { what: `service ${name}`, detail }, detail);
}
