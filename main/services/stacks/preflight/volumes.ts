import type { Check } from '../../../../preload/contract';
import { raceSignal, withTimeout } from '../../../streams/abortable';
import { formatBytes, plural } from '../../../words/quantities';
import type { ContainerSummary, VolumeSummary } from '../../hosts/engine';
import type { ComposeProject, ComposeVolume } from '../compose-file/model';
import { COMPOSE } from '../plan/labels';
import { fail, pass, type Subject, warn } from './check';
import type { PreflightContext } from './context';
import { age } from './words';

/** Asking for sizes makes the engine read every volume. */
const SIZE_TIMEOUT_MS = 3000;

function users(project: ComposeProject, key: string): string[] {
  return Object.values(project.services)
    .filter((service) => service.volumes.some((mount) => mount.type === 'volume' && mount.source === key))
    .map((service) => service.name);
}

/** Volumes of the file that exist although no container of the project does: what an earlier run left. */
export function leftovers(
  project: ComposeProject,
  volumes: VolumeSummary[],
  containers: ContainerSummary[],
): VolumeSummary[] {
  if (containers.some((container) => container.labels[COMPOSE.project] === project.name)) return [];
  const own = new Set(
    Object.values(project.volumes)
      .filter((volume) => volume.external !== true)
      .map((volume) => volume.name),
  );
  return volumes.filter((volume) => own.has(volume.name) && volume.labels[COMPOSE.project] === project.name);
}

export function judgeLeftover(
  volume: VolumeSummary,
  services: string[],
  facts: { sizeBytes: number | null; now: number },
): Check {
  const size = facts.sizeBytes === null ? 'size not known' : formatBytes(facts.sizeBytes);
  const since = volume.createdAt === null ? 'age not known' : age(volume.createdAt, facts.now);
  return warn(
    { id: `volume:${volume.name}`, group: 'volumes', title: `Volume ${volume.name}`, services },
    `Left by an earlier run of this project: ${size}, ${since}.`,
    `The data of the earlier run will be used. To begin empty, remove it with: docker volume rm ${volume.name}`,
  );
}

export function judgeVolume(
  volume: ComposeVolume,
  found: VolumeSummary | undefined,
  concern: { project: string; services: string[] },
): Check | null {
  const { project, services } = concern;
  const subject: Subject = {
    id: `volume:${volume.name}`,
    group: 'volumes',
    title: `Volume ${volume.name}`,
    services,
  };
  if (volume.external === true && found === undefined) {
    return fail(
      subject,
      'The file declares it external, and it does not exist.',
      `Create it with: docker volume create ${volume.name}. The services on it are left out until then.`,
    );
  }
  const owner = found?.labels[COMPOSE.project];
  if (found === undefined || volume.external === true || owner === project) return null;
  const belonging = owner === undefined ? 'was not made by this project' : `belongs to project ${owner}`;
  return warn(
    subject,
    `A volume of that name exists and ${belonging}.`,
    'It is used as it is. Declare it external when that is meant, otherwise give the volume another name.',
  );
}

async function sizes(
  context: PreflightContext,
  wanted: VolumeSummary[],
): Promise<Map<string, number | null>> {
  if (wanted.length === 0) return new Map();
  using limit = withTimeout(SIZE_TIMEOUT_MS, context.signal);
  const labels = [`${COMPOSE.project}=${context.project.name}`];
  const answer = context.session.engine.listVolumes(labels, { diskUsage: true }, limit.signal);
  const measured = await raceSignal(answer, limit.signal).catch(() => []);
  return new Map(measured.map((volume) => [volume.name, volume.sizeBytes]));
}

export async function checkVolumes(context: PreflightContext): Promise<Check[]> {
  const { project } = context;
  const [volumes, containers] = await Promise.all([context.volumes(), context.containers()]);
  const byName = new Map(volumes.map((volume) => [volume.name, volume]));
  const keys = new Map(Object.entries(project.volumes).map(([key, volume]) => [volume.name, key]));
  const using = (name: string): string[] => users(project, keys.get(name) ?? '');
  const left = leftovers(project, volumes, containers);
  const measured = await sizes(context, left);
  const now = context.deps.now();
  const checks = [
    ...left.map((volume) =>
      judgeLeftover(volume, using(volume.name), { sizeBytes: measured.get(volume.name) ?? null, now }),
    ),
    ...Object.values(project.volumes).flatMap((volume) => {
      const concern = { project: project.name, services: using(volume.name) };
      return judgeVolume(volume, byName.get(volume.name), concern) ?? [];
    }),
  ];
  return checks.length > 0 ? checks : [summary(Object.values(project.volumes), byName)];
}

function summary(wanted: ComposeVolume[], existing: ReadonlyMap<string, VolumeSummary>): Check {
  const present = wanted.filter((volume) => existing.has(volume.name)).length;
  const subject = { id: 'volumes', group: 'volumes', title: 'Volumes' } as const;
  return pass(
    subject,
    `${plural(wanted.length, 'volume')}: ${present} present and in use by this project, ${wanted.length - present} to create.`,
  );
}
