/** Ports, mounts and file references in their long form → typed. */
import type { ComposeFileReference, ComposeMount, ComposePort } from '../model';
import { bytes, type Cursor, extended, fields, flag, integer, text, wrong } from '../source/cursor';

export function readPort(cursor: Cursor): ComposePort {
  const port = extended(cursor, {
    mode: text,
    host_ip: text,
    target: integer,
    published: text,
    protocol: text,
    name: text,
    app_protocol: text,
  });
  const { target, protocol = 'tcp', mode = 'ingress', ...rest } = port;
  if (target === undefined) throw wrong(cursor, 'a port with a target');
  if (rest.published === '') delete rest.published;
  return { ...rest, target, protocol, mode };
}

const MOUNT_TYPES: readonly ComposeMount['type'][] = ['volume', 'bind', 'tmpfs', 'npipe', 'cluster', 'image'];

export function readMount(cursor: Cursor): ComposeMount {
  const mount = extended(cursor, {
    source: text,
    target: text,
    read_only: flag,
    consistency: text,
    bind: readBind,
    volume: (at: Cursor) => extended(at, { nocopy: flag, subpath: text }),
    tmpfs: (at: Cursor) => extended(at, { size: bytes, mode: integer }),
  });
  const { target = '' } = mount;
  const { type: named } = fields(cursor, { type: text });
  const type = MOUNT_TYPES.find((known) => known === named);
  if (!type) throw wrong(cursor, `a volume of type ${MOUNT_TYPES.join(', ')}`);
  return { ...mount, type, target };
}

function readBind(cursor: Cursor): NonNullable<ComposeMount['bind']> {
  return extended(cursor, { propagation: text, create_host_path: flag, selinux: text });
}

/** Without a target, the file is mounted under its own name in `directory`. */
export function readFileReference(directory: string): (cursor: Cursor) => ComposeFileReference {
  return (cursor) => {
    const reference = extended(cursor, { source: text, target: text, uid: text, gid: text, mode: integer });
    const { source, target, ...rest } = reference;
    if (source === undefined) throw wrong(cursor, 'a reference with a source');
    return { source, target: target ?? `${directory}${source}`, ...rest };
  };
}
