/** Names what a file says and the console does not do, each with its place. */
import { unappliedServiceAttributes } from '../attributes';
import type { ComposeProject, ComposeWarning } from '../model';
import {
  type UnappliedAttribute,
  unappliedNestedAttributes,
  unappliedProjectAttributes,
} from '../nested-attributes';
import { getMap, type MapNode, type Origin, placeOf, type TreeNode } from '../source/tree';

interface Match {
  path: string[];
  node: TreeNode;
  origin: Origin;
}

export function unappliedWarnings(project: ComposeProject, tree: MapNode): ComposeWarning[] {
  const whole = [...unappliedServiceAttributes].map(([path, why]) => ({ path, why }));
  const inServices = Object.keys(project.services).flatMap((name) => {
    const service = getMap(getMap(tree, 'services'), name);
    return service ? warningsOf(service, [...whole, ...unappliedNestedAttributes], ['services', name]) : [];
  });
  return [...inServices, ...warningsOf(tree, unappliedProjectAttributes, [])];
}

function warningsOf(node: MapNode, attributes: readonly UnappliedAttribute[], above: string[]) {
  return attributes.flatMap(({ path, why, unless }) =>
    matches({ path: above, node, origin: node.origin }, path.split('.'))
      .filter((match) => match.node.kind !== 'scalar' || !unless?.(match.node.value))
      .map((match) => warning(match, why)),
  );
}

function matches(from: Match, parts: string[]): Match[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [from];
  return below(from)
    .filter(({ path }) => part === '*' || path.at(-1) === part)
    .flatMap((match) => matches(match, rest));
}

function below({ path, node }: Match): Match[] {
  if (node.kind === 'list')
    return node.items.map((item, index) => ({
      ...{ path: [...path, String(index)], node: item, origin: item.origin },
    }));
  if (node.kind !== 'map') return [];
  return [...node.entries].map(([name, { key, value }]) => ({
    ...{ path: [...path, name], node: value, origin: key },
  }));
}

function warning({ path, origin }: Match, why: string): ComposeWarning {
  const dotted = path.join('.');
  return { ...placeOf(origin), path: dotted, message: `${dotted} is not applied: ${why}.` };
}
