/**
 * Two shaped trees into one, by the Compose Specification's merge rules: maps merge, lists append,
 * single values are replaced. Short forms are spelled out before, so no rule has to know them.
 */
import { invalidCompose } from '../source/failure';
import { get, isNull, type ListNode, type MapNode, type TreeNode, textOf } from '../source/tree';

/** Lists that mean one thing as a whole. */
const REPLACED = ['services.*.command', 'services.*.entrypoint', 'services.*.healthcheck.test'];
/** A number and a map of numbers replace one another. */
const EITHER = ['services.*.ulimits.*', 'services.*.build.ulimits.*'];
const LOGGING = 'services.*.logging';

/** `over` wins. Neither tree is changed. Throws INVALID_COMPOSE when the kinds differ. */
export function mergeDocuments(base: MapNode, over: MapNode): MapNode {
  return mergeMaps(base, over, []);
}

export function mergeService(base: MapNode, over: MapNode): MapNode {
  return mergeMaps(base, over, ['services', '*']);
}

function mergeMaps(base: MapNode, over: MapNode, path: string[]): MapNode {
  const entries = new Map(base.entries);
  for (const [name, entry] of over.entries) {
    const before = entries.get(name);
    if (entry.value.kind === 'reset') entries.delete(name);
    else if (!before) entries.set(name, entry);
    else
      entries.set(name, { key: entry.key, value: mergeValues(before.value, entry.value, [...path, name]) });
  }
  return { ...base, entries };
}

function mergeValues(base: TreeNode, over: TreeNode, path: string[]): TreeNode {
  if (isNull(base) || replaces(over, path)) return over;
  if (isNull(over)) return base;
  if (base.kind === 'map' && over.kind === 'map') {
    return matches(path, LOGGING) && driversDiffer(base, over) ? over : mergeMaps(base, over, path);
  }
  if (base.kind === 'list' && over.kind === 'list') return append(base, over);
  const either = EITHER.some((rule) => matches(path, rule));
  if (either || (base.kind === 'scalar' && over.kind === 'scalar')) return over;
  throw invalidCompose(
    over.origin,
    `${path.join('.')} is ${NAMES[over.kind]} here and ${NAMES[base.kind]} before.`,
  );
}

function replaces(over: TreeNode, path: string[]): boolean {
  const marked = (over.kind === 'list' || over.kind === 'map') && over.merge === 'override';
  const extension = path.at(-1)?.startsWith('x-') ?? false;
  return marked || extension || REPLACED.some((rule) => matches(path, rule));
}

const NAMES = { scalar: 'a single value', list: 'a list', map: 'a map', reset: 'nothing' };

function append(base: ListNode, over: ListNode): ListNode {
  return { ...over, items: [...base.items, ...over.items] };
}

/** Options of one logging driver mean nothing to another one. */
function driversDiffer(base: MapNode, over: MapNode): boolean {
  const [before, after] = [textOf(get(base, 'driver')), textOf(get(over, 'driver'))];
  return before !== undefined && after !== undefined && before !== after;
}

function matches(path: string[], rule: string): boolean {
  const parts = rule.split('.');
  return parts.length === path.length && parts.every((part, index) => part === '*' || part === path[index]);
}

/** Removes, in place, what is left of `!reset` where there was nothing to reset. */
export function dropResets(node: TreeNode): void {
  if (node.kind === 'list') {
    node.items = node.items.filter((item) => item.kind !== 'reset');
    node.items.forEach(dropResets);
  }
  if (node.kind !== 'map') return;
  for (const [name, entry] of node.entries) {
    if (entry.value.kind === 'reset') node.entries.delete(name);
    else dropResets(entry.value);
  }
}
