/** One service as written → the same service with every short form spelled out and every path absolute. */
import { get, list, type MapNode, map, put, scalar, type TreeNode, textOf } from '../source/tree';
import { asList, asMap, asNames, asWords, reshape, reshapeItems } from './lists';
import { shapeDevice, shapeFileReference, shapeMount } from './mounts';
import { type Base, isRemoteContext, makeAbsolute } from './paths';
import { shapePorts } from './ports';

/** Changes the service in place. */
export function shapeService(service: MapNode, base: Base): void {
  for (const name of ['command', 'entrypoint']) reshape(service, name, asWords);
  for (const name of ['tmpfs', 'dns', 'dns_search']) reshape(service, name, asList);
  for (const name of ['labels', 'annotations', 'sysctls']) reshape(service, name, asMap(''));
  reshape(service, 'environment', asMap(null));
  reshape(service, 'extra_hosts', shapeHosts);
  reshape(service, 'depends_on', asNames(startedDependency));
  reshape(
    service,
    'networks',
    asNames((origin) => scalar(null, origin)),
  );
  reshape(service, 'ports', shapePorts);
  reshape(service, 'expose', reshapeItems(asText));
  reshape(service, 'volumes', reshapeItems(shapeMount(base)));
  reshape(service, 'devices', reshapeItems(shapeDevice));
  for (const name of ['secrets', 'configs']) reshape(service, name, reshapeItems(shapeFileReference));
  reshape(service, 'env_file', (node) => reshapeItems(shapeEnvFile(base))(asList(node)));
  reshape(service, 'label_file', (node) => reshapeItems(absoluteText(base))(asList(node)));
  reshape(service, 'healthcheck', shapeHealthcheck);
  reshape(service, 'build', (node) => shapeBuild(node, base));
  reshape(service, 'extends', shapeExtends);
  shapeDeploy(get(service, 'deploy'));
  reshape(get(service, 'develop'), 'watch', reshapeItems(shapeWatch(base)));
}

function shapeDeploy(deploy: TreeNode | undefined): void {
  reshape(deploy, 'labels', asMap(''));
  reshape(get(get(deploy, 'resources'), 'reservations'), 'devices', reshapeItems(shapeDeviceRequest));
}

function shapeDeviceRequest(node: TreeNode): TreeNode {
  if (node.kind !== 'map') return node;
  if (!get(node, 'count') && !get(node, 'device_ids')) put(node, 'count', scalar(ALL_DEVICES, node.origin));
  reshape(node, 'options', asMap(''));
  reshape(node, 'count', (count) => (textOf(count) === 'all' ? scalar(ALL_DEVICES, count.origin) : count));
  return node;
}

/** The engine's number for as many as there are. */
const ALL_DEVICES = -1;

function startedDependency(origin: TreeNode['origin']): MapNode {
  return map(origin, [
    ['condition', scalar('service_started', origin)],
    ['required', scalar(true, origin)],
  ]);
}

function asText(node: TreeNode): TreeNode {
  return node.kind === 'scalar' ? scalar(String(node.value), node.origin) : node;
}

function absoluteText(base: Base): (node: TreeNode) => TreeNode {
  return (node) => {
    const holder = map(node.origin, [['path', node]]);
    makeAbsolute(holder, 'path', base);
    return get(holder, 'path') ?? node;
  };
}

function shapeEnvFile(base: Base): (node: TreeNode) => TreeNode {
  return (node) => {
    const file = node.kind === 'scalar' ? map(node.origin, [['path', node]]) : node;
    makeAbsolute(file, 'path', base);
    return file;
  };
}

function shapeHealthcheck(node: TreeNode): TreeNode {
  reshape(node, 'test', (test) => {
    if (test.kind !== 'scalar') return test;
    return list([scalar('CMD-SHELL', test.origin), test], test.origin);
  });
  return node;
}

function shapeExtends(node: TreeNode): TreeNode {
  return node.kind === 'scalar' ? map(node.origin, [['service', node]]) : node;
}

function shapeWatch(base: Base): (node: TreeNode) => TreeNode {
  return (node) => {
    makeAbsolute(node, 'path', base);
    return node;
  };
}

/** `a: 1.2.3.4`, `a: [1.2.3.4, ::1]`, `a:1.2.3.4` and `a=1.2.3.4` → a list of `a=1.2.3.4`. */
export function shapeHosts(node: TreeNode): TreeNode {
  if (node.kind === 'list') return { ...node, items: node.items.map(hostItem) };
  if (node.kind !== 'map') return node;
  const lines = [...node.entries].flatMap(([host, { value }]) =>
    (value.kind === 'list' ? value.items : [value]).map((address) =>
      scalar(`${host}=${unbracketed(textOf(address) ?? '')}`, address.origin),
    ),
  );
  return list(lines, node.origin);
}

function hostItem(node: TreeNode): TreeNode {
  const words = textOf(node) ?? '';
  const [, host = words, address = ''] = /^([^=:]+)[=:](.*)$/.exec(words) ?? [];
  return scalar(`${host}=${unbracketed(address)}`, node.origin);
}

function unbracketed(address: string): string {
  return address.replace(/^\[(.*)\]$/, '$1');
}

function shapeBuild(node: TreeNode, base: Base): TreeNode {
  const build = node.kind === 'scalar' ? map(node.origin, [['context', node]]) : node;
  if (build.kind !== 'map') return build;
  makeAbsolute(build, 'context', base, isRemoteContext);
  reshape(build, 'args', asMap(null));
  reshape(build, 'labels', asMap(''));
  reshape(build, 'extra_hosts', shapeHosts);
  reshape(build, 'secrets', reshapeItems(shapeFileReference));
  reshape(build, 'additional_contexts', (contexts) => shapeContexts(asMap('')(contexts), base));
  return build;
}

function shapeContexts(contexts: TreeNode, base: Base): TreeNode {
  if (contexts.kind !== 'map') return contexts;
  for (const name of contexts.entries.keys()) {
    makeAbsolute(contexts, name, base, (path) => isRemoteContext(path) || path.startsWith('service:'));
  }
  return contexts;
}
