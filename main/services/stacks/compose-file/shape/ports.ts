/** Published ports: `[[ip:]published:]target[/protocol]`, ranges included, to the long form. */
import { isIPv4, isIPv6 } from 'node:net';
import { invalidCompose } from '../source/failure';
import { type MapNode, map, put, scalar, type TreeNode, textOf } from '../source/tree';

const LARGEST_PORT = 65_535;

interface Range {
  from: number;
  to: number;
}

export interface PortMapping {
  hostIp: string;
  /** Null: the engine chooses. A range for a single target: the engine chooses one of it. */
  published: string | null;
  target: number;
  protocol: string;
}

/** One mapping per target port; a text says what is wrong instead. */
export function parsePort(words: string): PortMapping[] | string {
  const [ports = '', protocol = 'tcp', ...more] = words.split('/');
  if (more.length > 0 || !/^(tcp|udp|sctp)$/i.test(protocol)) return 'the protocol must be tcp, udp or sctp';
  const { hostIp, published, target } = splitPorts(ports);
  if (hostIp !== '' && !isIPv4(hostIp) && !isIPv6(hostIp)) return `"${hostIp}" is not an IP address`;
  const inside = parseRange(target);
  const outside = published === '' ? null : parseRange(published);
  if (!inside || outside === undefined)
    return `a port is a number from 1 to ${LARGEST_PORT}, or a range of them`;
  return pair({ hostIp, protocol: protocol.toLowerCase() }, inside, outside);
}

/** The last colon parts are ports, what is before them is the address, IPv6 included. */
function splitPorts(ports: string) {
  const parts = ports.split(':');
  const target = parts.pop() ?? '';
  const published = parts.pop() ?? '';
  return { target, published, hostIp: parts.join(':').replace(/^\[|\]$/g, '') };
}

function parseRange(words: string): Range | undefined {
  const found = /^([0-9]{1,5})(?:-([0-9]{1,5}))?$/.exec(words);
  if (!found) return undefined;
  const from = Number(found[1]);
  const to = Number(found[2] ?? found[1]);
  return from <= to && to <= LARGEST_PORT ? { from, to } : undefined;
}

function pair(
  common: { hostIp: string; protocol: string },
  inside: Range,
  outside: Range | null,
): PortMapping[] | string {
  const count = inside.to - inside.from + 1;
  const offered = outside ? outside.to - outside.from + 1 : 0;
  if (outside && count === 1) return [{ ...common, target: inside.from, published: rangeText(outside) }];
  if (outside && offered !== count)
    return `the ranges differ in length: ${offered} published, ${count} inside`;
  return Array.from({ length: count }, (_, index) => ({
    ...common,
    target: inside.from + index,
    published: outside ? String(outside.from + index) : null,
  }));
}

function rangeText({ from, to }: Range): string {
  return from === to ? String(from) : `${from}-${to}`;
}

export function shapePorts(node: TreeNode): TreeNode {
  if (node.kind !== 'list') return node;
  return { ...node, items: node.items.flatMap(shapePort) };
}

function shapePort(node: TreeNode): TreeNode[] {
  if (node.kind === 'map') return [completed(node)];
  const words = textOf(node) ?? '';
  const mappings = parsePort(words);
  if (typeof mappings === 'string')
    throw invalidCompose(node.origin, `The port "${words}" is wrong: ${mappings}.`);
  return mappings.map((mapping) => portNode(mapping, node));
}

function portNode({ hostIp, published, target, protocol }: PortMapping, { origin }: TreeNode): MapNode {
  const node = map(origin, [
    ['mode', scalar('ingress', origin)],
    ['target', scalar(target, origin)],
    ['protocol', scalar(protocol, origin)],
  ]);
  if (hostIp !== '') put(node, 'host_ip', scalar(hostIp, origin));
  if (published !== null) put(node, 'published', scalar(published, origin));
  return node;
}

function completed(node: MapNode): MapNode {
  const result = map(node.origin, [
    ['mode', scalar('ingress', node.origin)],
    ['protocol', scalar('tcp', node.origin)],
  ]);
  for (const [name, entry] of node.entries) result.entries.set(name, entry);
  return result;
}

export function portKey(node: TreeNode): string {
  if (node.kind !== 'map') return '';
  const part = (name: string) => textOf(node.entries.get(name)?.value) ?? '';
  return `${part('host_ip') || '0.0.0.0'}:${part('published')}:${part('target')}/${part('protocol')}`;
}
