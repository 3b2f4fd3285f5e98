/** Names what a file says and the console does not do, each with its place. */
import { unappliedNestedAttributes, unappliedServiceAttributes } from '../attributes';
import type { ComposeProject, ComposeWarning } from '../model';
import { getMap, type MapNode, placeOf, type TreeNode } from '../source/tree';
import { locate } from './locate';

export function unappliedWarnings(project: ComposeProject, tree: MapNode): ComposeWarning[] {
  const warnings = Object.keys(project.services).flatMap((name) => serviceWarnings(name, tree));
  if (tree.entries.has('models')) warnings.push(warning(tree, ['models'], 'models are not provisioned'));
  return warnings;
}

function serviceWarnings(name: string, tree: MapNode): ComposeWarning[] {
  const service = getMap(getMap(tree, 'services'), name);
  if (!service) return [];
  const found: ComposeWarning[] = [];
  for (const [attribute, why] of unappliedServiceAttributes) {
    if (service.entries.has(attribute)) found.push(warning(tree, ['services', name, attribute], why));
  }
  for (const [dotted, why] of unappliedNestedAttributes) {
    const path = dotted.split('.');
    if (has(service, path)) found.push(warning(tree, ['services', name, ...path], why));
  }
  return found;
}

function has(node: TreeNode, path: string[]): boolean {
  let found: TreeNode | undefined = node;
  for (const part of path) found = found?.kind === 'map' ? found.entries.get(part)?.value : undefined;
  return found !== undefined;
}

function warning(tree: MapNode, path: string[], why: string): ComposeWarning {
  const dotted = path.join('.');
  return { ...placeOf(locate(tree, ...path)), path: dotted, message: `${dotted} is not applied: ${why}.` };
}
