import { formatSshDestination, parseSshDestination } from '../../words/ssh-destination';
import { first } from './effective';
import type { ConfigNode } from './files';
import { computeEffective } from './parsed';

/** Names of Host lines that a person can pick: without patterns, each once, in the order of the file. */
export function listAliases(
  nodes: ConfigNode[],
  localUser: string,
): { alias: string; description: string }[] {
  return [...new Set(namesOf(nodes))].map((alias) => ({
    alias,
    description: descriptionOf(nodes, alias, localUser),
  }));
}

function namesOf(nodes: ConfigNode[]): string[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'line') return [];
    const names = node.line.name.toLowerCase() === 'host' ? node.line.words : [];
    return [...names.filter(isPickable), ...namesOf(node.nodes)];
  });
}

function isPickable(name: string): boolean {
  return !/[*?!]/.test(name) && parseSshDestination(name) !== null;
}

function descriptionOf(nodes: ConfigNode[], alias: string, localUser: string): string {
  const effective = computeEffective(nodes, { user: null, host: alias, port: null, path: '' }, localUser);
  const port = Number(first(effective, 'port') ?? 22);
  return formatSshDestination({
    user: first(effective, 'user') ?? localUser,
    host: (first(effective, 'hostname') ?? alias).replaceAll('%h', alias),
    port: port === 22 ? null : port,
    path: '',
  });
}
