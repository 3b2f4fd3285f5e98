/** What a task is at work on, as rows: of a delivery its images, of everything else its services. Pure. */
import type { ImageWay, ServiceProgress, Task } from '../../../preload/contract';
import type { TitleOf } from '../../rpc/service-titles';

export interface TaskRow {
  name: string;
  /** Who uses the image, or the id of the service. */
  title: string;
  progress: ServiceProgress;
}

const endRank: Partial<Record<ServiceProgress['phase'], number>> = { failed: 0, blocked: 1 };

/** While it runs nothing changes place; once it has ended, what failed comes first. */
function inOrder(rows: readonly TaskRow[], { endedAt }: Pick<Task, 'endedAt'>): TaskRow[] {
  const rank = ({ progress }: TaskRow) => endRank[progress.phase] ?? 2;
  return endedAt === null ? [...rows] : [...rows].sort((left, right) => rank(left) - rank(right));
}

function byService(services: readonly ServiceProgress[], titleOf: TitleOf): TaskRow[] {
  return services.map((progress) => rowOf(progress, titleOf));
}

function rowOf(progress: ServiceProgress, titleOf: TitleOf): TaskRow {
  return { name: titleOf(progress.service), title: progress.service, progress };
}

/** All services of one image get it together: their progress is the same. */
function byImage(
  services: readonly ServiceProgress[],
  images: readonly ImageWay[],
  titleOf: TitleOf,
): TaskRow[] {
  const rows = new Map<string, TaskRow>();
  for (const progress of services) {
    const image = images.find((one) => one.services.includes(progress.service));
    const key = image?.reference ?? progress.service;
    if (rows.has(key)) continue;
    const row = rowOf(progress, titleOf);
    rows.set(key, image === undefined ? row : { ...row, name: key, title: usersOf(image, titleOf) });
  }
  return [...rows.values()];
}

export function usersOf({ services }: Pick<ImageWay, 'services'>, titleOf: TitleOf): string {
  return `Used by ${services.map(titleOf).join(', ')}`;
}

export interface Known {
  /** Those of the stack, as far as they are known. */
  images: readonly ImageWay[];
  titleOf: TitleOf;
}

export function taskRows(
  task: Pick<Task, 'kind' | 'services' | 'endedAt'>,
  { images, titleOf }: Known,
): TaskRow[] {
  const { kind, services } = task;
  const rows = kind === 'deliver' ? byImage(services, images, titleOf) : byService(services, titleOf);
  return inOrder(rows, task);
}

/** Nothing of it needs reading any more. */
export function allWell({ status }: Pick<Task, 'status'>, rows: readonly TaskRow[]): boolean {
  const well = ({ progress }: TaskRow) => progress.phase === 'ready' || progress.phase === 'unchanged';
  return status.state === 'succeeded' && rows.length > 0 && rows.every(well);
}
