/** The frame of a delivery by itself: it stands in the history of its stack, and waits for a lost link as a change does. */
import { createChange } from './apply/change';
import { list } from './apply/outcome';
import { whileEngineLasts } from './apply/while-engine-lasts';
import type { StacksService } from './face';
import { applyDeps, marking, projectName, type Room, reached } from './room';

type Recording = Parameters<StacksService['recordDelivery']>;

export async function recordDelivery(room: Room, ...given: Recording): Promise<string> {
  return (await marking(room, () => recorded(room, ...given))).summary;
}

async function recorded(room: Room, ...[about, progress, signal, deliver]: Recording) {
  const { hostId, stackId, images } = about;
  const session = await reached(room, hostId, signal);
  const project = stackId === null ? '' : await projectName(room, stackId);
  const tell = (phase: string): void => progress.phase(phase, null, null);
  const kind = 'deliver' as const;
  const deps = applyDeps(room, session);
  const change = createChange(
    deps,
    { stackId: stackId ?? '', project, kind, continues: undefined, tell },
    signal,
  );
  return change.run(async ({ record, begin, patiently }) => {
    const done = new Set<string>();
    const step = async <T>(image: string, work: () => Promise<T>): Promise<T> => {
      const result = await record.step({ id: stepId(image), detail: `Delivering ${image}` }, work);
      done.add(image);
      return result;
    };
    const attempt = () =>
      whileEngineLasts({ ...deps, signal, tell }, (live) => deliver({ session, signal: live.signal, step }));
    const soFar = () => {
      const rest = images.filter((image) => !done.has(image));
      return `Delivered: ${list([...done])}. Not delivered yet: ${list(rest)}.`;
    };
    await begin({ stepIds: images.map(stepId), prior: [] });
    return { summary: await patiently(attempt, { soFar }), changed: true };
  });
}

function stepId(image: string): string {
  return `image:${image}`;
}
