/** Lists in which a later item replaces an earlier one that means the same. */
import { fileReferenceKey, mountKey } from '../shape/mounts';
import { portKey } from '../shape/ports';
import { get, type MapNode, type TreeNode, textOf } from '../source/tree';

type Key = (node: TreeNode) => string;

/** The part before `=`, so that `a=1` and `a=2` are one. */
const nameKey: Key = (node) => (textOf(node) ?? '').split('=', 1)[0] ?? '';
const pathKey: Key = (node) => textOf(get(node, 'path')) ?? '';

const SERVICE_KEYS: Record<string, Key> = {
  ports: portKey,
  volumes: mountKey,
  devices: mountKey,
  secrets: fileReferenceKey('/run/secrets'),
  configs: fileReferenceKey(''),
  env_file: pathKey,
  expose: nameKey,
  tmpfs: nameKey,
  dns: nameKey,
  dns_opt: nameKey,
  dns_search: nameKey,
  cap_add: nameKey,
  cap_drop: nameKey,
  profiles: nameKey,
  links: nameKey,
};
const ENDPOINT_KEYS: Record<string, Key> = { aliases: nameKey, link_local_ips: nameKey };
const BUILD_KEYS: Record<string, Key> = { tags: nameKey };

/** Changes the service in place. */
export function enforceUnique(service: MapNode): void {
  dedupe(service, SERVICE_KEYS);
  dedupe(get(service, 'build'), BUILD_KEYS);
  const networks = get(service, 'networks');
  if (networks?.kind !== 'map') return;
  for (const entry of networks.entries.values()) dedupe(entry.value, ENDPOINT_KEYS);
}

function dedupe(parent: TreeNode | undefined, keys: Record<string, Key>): void {
  if (parent?.kind !== 'map') return;
  for (const [name, key] of Object.entries(keys)) {
    const entry = parent.entries.get(name);
    if (entry?.value.kind === 'list')
      entry.value = { ...entry.value, items: lastOfEach(entry.value.items, key) };
  }
}

/** The later item takes the earlier one's position. */
function lastOfEach(items: TreeNode[], key: Key): TreeNode[] {
  const byKey = new Map<string, TreeNode>();
  for (const item of items) byKey.set(key(item), item);
  return [...byKey.values()];
}
