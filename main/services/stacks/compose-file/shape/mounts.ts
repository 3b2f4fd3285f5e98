/** Volumes, devices and file references of a service, to their long form. */
import { posix } from 'node:path';
import { invalidCompose } from '../source/failure';
import { get, type MapNode, map, type Origin, put, scalar, type TreeNode, textOf } from '../source/tree';
import { reshape } from './lists';
import { absolutePath, type Base, makeAbsolute } from './paths';

const PROPAGATIONS = new Set(['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave']);
const CONSISTENCIES = new Set(['consistent', 'cached', 'delegated']);

/** `source:target:modes` as words. */
interface ShortMount {
  source: string;
  target: string;
  modes: string[];
}

export function parseMount(words: string): ShortMount | undefined {
  const parts = splitColons(words);
  if (parts.length > 3 || parts.some((part) => part === '')) return undefined;
  const [first = '', second, third] = parts;
  if (second === undefined) return { source: '', target: first, modes: [] };
  return { source: first, target: second, modes: third?.split(',') ?? [] };
}

/** A single letter before a colon is a Windows drive and stays with what follows. */
function splitColons(words: string): string[] {
  const parts: string[] = [];
  for (const part of words.split(':')) {
    const before = parts.at(-1) ?? '';
    if (/^[a-zA-Z]$/.test(before)) parts[parts.length - 1] = `${before}:${part}`;
    else parts.push(part);
  }
  return parts;
}

const WINDOWS_PATH = /^[a-zA-Z]:[\\/]/;

function isPath(source: string): boolean {
  return /^(\.|\/|~)/.test(source) || WINDOWS_PATH.test(source);
}

export function shapeMount(base: Base): (node: TreeNode) => TreeNode {
  return (node) => {
    if (node.kind === 'map') return shapeLongMount(node, base);
    const words = textOf(node) ?? '';
    const mount = parseMount(words);
    if (!mount) {
      throw invalidCompose(
        node.origin,
        `The volume "${words}" is wrong: the form is source:target or source:target:mode.`,
      );
    }
    return mountNode(mount, node.origin, base);
  };
}

function mountNode({ source, target, modes }: ShortMount, origin: Origin, base: Base): MapNode {
  const bind = isPath(source);
  const node = map(origin, [
    ['type', scalar(bind ? 'bind' : 'volume', origin)],
    ['target', scalar(cleanTarget(target), origin)],
  ]);
  if (source !== '') put(node, 'source', scalar(bind ? hostPath(base, source) : source, origin));
  if (bind) put(node, 'bind', map(origin, [['create_host_path', scalar(true, origin)]]));
  else put(node, 'volume', map(origin));
  for (const mode of modes) applyMode(node, mode, origin);
  return node;
}

function hostPath(base: Base, source: string): string {
  return WINDOWS_PATH.test(source) ? source : absolutePath(base, source);
}

/** One way to write a path inside the container, so that two mounts on it are seen to be the same. */
function cleanTarget(target: string): string {
  const clean = posix.normalize(target);
  return clean.length > 1 ? clean.replace(/\/$/, '') : clean;
}

function applyMode(node: MapNode, mode: string, origin: Origin): void {
  const bind = get(node, 'bind');
  const volume = get(node, 'volume');
  if (mode === 'ro') put(node, 'read_only', scalar(true, origin));
  else if (mode === 'nocopy' && volume?.kind === 'map') put(volume, 'nocopy', scalar(true, origin));
  else if (PROPAGATIONS.has(mode) && bind?.kind === 'map') put(bind, 'propagation', scalar(mode, origin));
  else if ((mode === 'z' || mode === 'Z') && bind?.kind === 'map') put(bind, 'selinux', scalar(mode, origin));
  else if (CONSISTENCIES.has(mode)) put(node, 'consistency', scalar(mode, origin));
}

function shapeLongMount(node: MapNode, base: Base): MapNode {
  const target = textOf(get(node, 'target'));
  if (target === undefined) throw invalidCompose(node.origin, 'A volume needs a target.');
  reshape(node, 'target', ({ origin }) => scalar(cleanTarget(target), origin));
  if (textOf(get(node, 'type')) === 'bind') {
    if (get(node, 'source') === undefined) throw invalidCompose(node.origin, 'A bind mount needs a source.');
    makeAbsolute(node, 'source', base);
  }
  return node;
}

export function mountKey(node: TreeNode): string {
  return textOf(get(node, 'target')) ?? '';
}

export function shapeDevice(node: TreeNode): TreeNode {
  if (node.kind !== 'scalar') return withDeviceDefaults(node);
  const [source = '', target = source, permissions = 'rwm', ...more] = String(node.value).split(':');
  if (source === '' || more.length > 0) {
    throw invalidCompose(
      node.origin,
      `The device "${node.value}" is wrong: the form is source:target:permissions.`,
    );
  }
  const { origin } = node;
  return map(origin, [
    ['source', scalar(source, origin)],
    ['target', scalar(target, origin)],
    ['permissions', scalar(permissions, origin)],
  ]);
}

function withDeviceDefaults(node: TreeNode): TreeNode {
  const source = textOf(get(node, 'source'));
  if (node.kind !== 'map' || source === undefined) return node;
  if (!get(node, 'target')) put(node, 'target', scalar(source, node.origin));
  if (!get(node, 'permissions')) put(node, 'permissions', scalar('rwm', node.origin));
  return node;
}

/** Secrets and configs of a service. */
export function shapeFileReference(node: TreeNode): TreeNode {
  return node.kind === 'scalar' ? map(node.origin, [['source', node]]) : node;
}

export function fileReferenceKey(directory: string): (node: TreeNode) => string {
  return (node) => textOf(get(node, 'target')) ?? `${directory}/${textOf(get(node, 'source')) ?? ''}`;
}
