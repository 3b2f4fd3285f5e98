/** What a task is at work on, as rows: of a delivery its images, of everything else its services. Pure. */
import type { ImageWay, ServiceProgress, Task } from '../../../preload/contract';

export interface TaskRow {
  name: string;
  /** More than the name: who uses the image. */
  title?: string;
  progress: ServiceProgress;
}

const endRank: Partial<Record<ServiceProgress['phase'], number>> = { failed: 0, blocked: 1 };

/** While it runs nothing changes place; once it has ended, what failed comes first. */
function inOrder(rows: readonly TaskRow[], { endedAt }: Pick<Task, 'endedAt'>): TaskRow[] {
  const rank = ({ progress }: TaskRow) => endRank[progress.phase] ?? 2;
  return endedAt === null ? [...rows] : [...rows].sort((left, right) => rank(left) - rank(right));
}

function byService(services: readonly ServiceProgress[]): TaskRow[] {
  return services.map((progress) => ({ name: progress.service, progress }));
}

/** All services of one image get it together: their progress is the same. */
function byImage(services: readonly ServiceProgress[], images: readonly ImageWay[]): TaskRow[] {
  const rows = new Map<string, TaskRow>();
  for (const progress of services) {
    const image = images.find((one) => one.services.includes(progress.service));
    const name = image?.reference ?? progress.service;
    if (rows.has(name)) continue;
    rows.set(name, image === undefined ? { name, progress } : { name, progress, title: usersOf(image) });
  }
  return [...rows.values()];
}

function usersOf({ services }: ImageWay): string {
  return `Used by ${services.join(', ')}`;
}

/** `images`: those of the stack, as far as they are known. */
export function taskRows(
  task: Pick<Task, 'kind' | 'services' | 'endedAt'>,
  images: readonly ImageWay[],
): TaskRow[] {
  const { kind, services } = task;
  return inOrder(kind === 'deliver' ? byImage(services, images) : byService(services), task);
}

/** Nothing of it needs reading any more. */
export function allWell({ status }: Pick<Task, 'status'>, rows: readonly TaskRow[]): boolean {
  const well = ({ progress }: TaskRow) => progress.phase === 'ready' || progress.phase === 'unchanged';
  return status.state === 'succeeded' && rows.length > 0 && rows.every(well);
}
