/**
 * A container takes another one's place: the old one stops, steps aside under a name of passage
 * and is kept until its successor has proved itself. Every step back is tried even when another failed.
 */

import { finalName, oldName } from '../plan/labels';
import type { ContainerDecision, ObservedContainer } from '../plan/model';
import type { Pass, Replaced } from './pass-model';

/** Stops and renames the old container, then gives its name to the new one. Reverts when a step fails. */
export async function takePlace(
  pass: Pass,
  decision: ContainerDecision,
  existing: ObservedContainer,
  newId: string,
): Promise<Replaced> {
  const replaced: Replaced = {
    service: decision.service,
    name: decision.name,
    oldId: existing.id,
    wasSound: existing.running && existing.health !== 'unhealthy',
  };
  try {
    await pass.engine.stopContainer(existing.id, null);
    await pass.engine.renameContainer(existing.id, oldName(decision.name));
    await pass.engine.renameContainer(newId, decision.name);
  } catch (error) {
    await giveBack(pass, replaced, newId);
    throw error;
  }
  pass.replaced.push(replaced);
  return replaced;
}

/** The old container is back under its name, and runs when it was sound. Answers a sentence for the reader. */
export async function giveBack(pass: Pass, replaced: Replaced, newId: string): Promise<string> {
  const { engine } = pass;
  await engine.removeContainer(newId, { force: true, volumes: false }).catch(() => undefined);
  await engine.renameContainer(replaced.oldId, replaced.name).catch(() => undefined);
  pass.replaced = pass.replaced.filter(({ oldId }) => oldId !== replaced.oldId);
  if (!replaced.wasSound) return 'The previous container is kept, stopped.';
  try {
    await engine.startContainer(replaced.oldId);
    return 'The previous container runs again.';
  } catch (error) {
    pass.log.warn('The previous container could not be started again.', {
      container: replaced.name,
      error: String(error),
    });
    return 'The previous container could not be started again.';
  }
}

/** What the successors have made superfluous. A container that can't be removed is only reported. */
export async function dropReplaced(pass: Pass, done: (service: string) => boolean): Promise<void> {
  const dropped = pass.replaced.filter(({ service }) => done(service));
  pass.replaced = pass.replaced.filter(({ service }) => !done(service));
  await Promise.all(
    dropped.map(({ oldId, name }) =>
      pass.engine.removeContainer(oldId, { force: true, volumes: false }).catch((error: unknown) => {
        pass.log.warn('A replaced container could not be removed.', {
          container: name,
          error: String(error),
        });
      }),
    ),
  );
}

/**
 * Names of passage that an interrupted apply left, put right: what never started goes, what lost
 * its name gets it back. Answers whether anything was done.
 */
export async function tidyLeftovers(
  { engine }: Pick<Pass, 'engine'>,
  containers: ObservedContainer[],
): Promise<boolean> {
  const names = new Set(containers.map(({ name }) => name));
  const fresh = containers.filter(({ transient }) => transient === 'new');
  const lost = containers.filter(({ transient, name }) => transient === 'old' && !names.has(finalName(name)));
  await Promise.all(fresh.map(({ id }) => engine.removeContainer(id, { force: true, volumes: false })));
  await Promise.all(lost.map(({ id, name }) => engine.renameContainer(id, finalName(name))));
  return fresh.length + lost.length > 0;
}
