/** What is known of a stack whether its files can be read or not, and when they change. */
import { dirname } from 'node:path';
import { cancellable, sleep } from '../../streams/abortable';
import { createNotifier } from '../../streams/notifier';
import { isUnreadable } from './compose-file';
import type { KnownProject, OnStack } from './face';
import { projectFromLabels } from './plan/from-labels';
import { COMPOSE } from './plan/labels';
import { createFolderWatch } from './registry/folder-watch';
import { load, projectName, type Room } from './room';

/** Saving writes in steps; a file is read when the writing has paused. */
const SETTLE_MS = 250;

export async function known(
  room: Room,
  on: OnStack,
  signal?: AbortSignal,
  find = () => room.deps.hosts.greeted(on.hostId, signal),
): Promise<KnownProject> {
  try {
    return { project: (await load(room, on.stackId)).project, unreadable: null };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const [project, session] = await Promise.all([projectName(room, on.stackId), find()]);
    const containers = await session.engine.listContainers([`${COMPOSE.project}=${project}`], signal);
    if (containers.length === 0) throw error;
    return { project: projectFromLabels(project, containers), unreadable: error };
  }
}

export function fileChanges(room: Room, stackId: string, signal: AbortSignal): AsyncIterable<void> {
  return cancellable(signal, async function* (inner) {
    const changes = createNotifier();
    using folders = createFolderWatch(() => changes.notify());
    const { files } = await room.registry.entry(stackId);
    folders.set(files.map((file) => dirname(file)));
    for (let seen = 0; ; ) {
      await changes.changed(seen, inner);
      await sleep(SETTLE_MS, inner);
      seen = changes.version;
      yield;
    }
  });
}
