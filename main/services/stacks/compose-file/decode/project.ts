/** The merged tree → the typed project, all services of all profiles in it. */
import type { ComposeProject, ComposeService } from '../model';
import { at, type Cursor, entries, extensionsOf } from '../source/cursor';
import type { MapNode } from '../source/tree';
import { readFileObject, readNetwork, readVolume } from './networks';
import { readService } from './service';

export interface ProjectIdentity {
  name: string;
  directory: string;
  files: string[];
}

export function readProject(tree: MapNode, identity: ProjectIdentity): ComposeProject {
  const root: Cursor = { node: tree, path: '' };
  const naming = (key: string, external: boolean) => (external ? key : `${identity.name}_${key}`);
  const each = <T>(kind: string, read: (key: string, cursor: Cursor) => T): Record<string, T> => {
    const parent = at(root, kind);
    return parent ? Object.fromEntries(entries(parent).map(([key, item]) => [key, read(key, item)])) : {};
  };
  return {
    ...identity,
    services: each('services', (key, item) => inDirectory(readService(key, item), identity.directory)),
    networks: each('networks', (key, item) => readNetwork(key, item, naming)),
    volumes: each('volumes', (key, item) => readVolume(key, item, naming)),
    secrets: each('secrets', (key, item) => readFileObject(key, item, naming)),
    configs: each('configs', (key, item) => readFileObject(key, item, naming)),
    extensions: extensionsOf({ ...root }),
  };
}

function inDirectory(service: ComposeService, directory: string): ComposeService {
  if (service.build?.context === '') service.build.context = directory;
  return service;
}
