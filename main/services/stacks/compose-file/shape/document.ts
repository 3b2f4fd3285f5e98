/** A whole document with every short form spelled out. */
import { get, type MapNode, put, scalar, type TreeNode } from '../source/tree';
import { asMap, reshape } from './lists';
import { absolutePath, type Base, makeAbsolute } from './paths';
import { shapeService } from './service';

/** Changes the document in place. */
export function shapeDocument(document: MapNode, base: Base): void {
  each(document, 'services', (service) => shapeService(service, base));
  each(document, 'networks', shapeResource);
  each(document, 'volumes', (volume) => {
    shapeResource(volume);
    shapeBoundVolume(volume, base);
  });
  for (const kind of ['secrets', 'configs']) {
    each(document, kind, (file) => {
      shapeResource(file);
      makeAbsolute(file, 'file', base);
    });
  }
}

function each(document: MapNode, kind: string, change: (item: MapNode) => void): void {
  const parent = get(document, kind);
  if (parent?.kind !== 'map') return;
  for (const entry of parent.entries.values()) if (entry.value.kind === 'map') change(entry.value);
}

/** Labels as a map, and the old `external: {name: x}` as `external: true` with a name. */
function shapeResource(resource: MapNode): void {
  reshape(resource, 'labels', asMap(''));
  reshape(resource, 'external', (external) => {
    const name = get(external, 'name');
    if (external.kind !== 'map') return external;
    if (name && !get(resource, 'name')) put(resource, 'name', name);
    return scalar(true, external.origin);
  });
}

/** A local volume that is a bind mount in disguise. */
function shapeBoundVolume(volume: MapNode, base: Base): void {
  const options = get(volume, 'driver_opts');
  const bound = textIs(get(options, 'o'), /(^|,)r?bind(,|$)/) && textIs(get(volume, 'driver'), /^local$/);
  if (bound && options) reshape(options, 'device', (device) => boundDevice(device, base));
}

function textIs(node: TreeNode | undefined, pattern: RegExp): boolean {
  return node?.kind === 'scalar' && pattern.test(String(node.value));
}

function boundDevice(device: TreeNode, base: Base): TreeNode {
  return device.kind === 'scalar' ? scalar(absolutePath(base, String(device.value)), device.origin) : device;
}
