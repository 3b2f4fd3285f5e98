/** Names what a file says and the console does not do, each with its place. */
import type { z } from 'zod';
import { EXTENSION_KEY, secretExtensionSchema, serviceExtensionSchema } from '../../extension';
import { unappliedServiceAttributes } from '../attributes';
import type { ComposeProject, ComposeService, ComposeWarning } from '../model';
import {
  type UnappliedAttribute,
  unappliedNestedAttributes,
  unappliedProjectAttributes,
} from '../nested-attributes';
import { getMap, type MapNode, type Origin, placeOf, type TreeNode } from '../source/tree';
import { locate } from './locate';

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
  return [
    ...inServices,
    ...warningsOf(tree, unappliedProjectAttributes, []),
    ...extensionWarnings('services', { all: project.services, schema: serviceExtensionSchema }, tree),
    ...extensionWarnings('secrets', { all: project.secrets, schema: secretExtensionSchema }, tree),
  ];
}

/** One with a fault is left out as a whole: the row is a plain one, without its probe, or the secret is not made. */
function extensionWarnings(
  kind: 'services' | 'secrets',
  { all, schema }: { all: Record<string, Pick<ComposeService, 'extensions'>>; schema: z.ZodType },
  tree: MapNode,
): ComposeWarning[] {
  return Object.entries(all).flatMap(([name, { extensions }]) => {
    if (!(EXTENSION_KEY in extensions)) return [];
    const [issue] = schema.safeParse(extensions[EXTENSION_KEY]).error?.issues ?? [];
    if (issue === undefined) return [];
    const path = [kind, name, EXTENSION_KEY];
    const inside = issue.path.map(String);
    const what = inside.length === 0 ? 'it' : inside.join('.');
    const origin = locate(tree, ...path, ...inside);
    return [warning({ path, origin }, `${what} is not valid (${issue.message})`)];
  });
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

function warning({ path, origin }: Pick<Match, 'path' | 'origin'>, why: string): ComposeWarning {
  const dotted = path.join('.');
  return { ...placeOf(origin), path: dotted, message: `${dotted} is not applied: ${why}.` };
}
