import type { Check } from '../../../../preload/contract';
import { formatBytes, plural } from '../../../words/quantities';
import type { ComposeProject } from '../compose-file/model';
import { COMPOSE } from '../plan/labels';
import { imageReference, isJob, replicas } from '../plan/service-facts';
import { fail, pass, warn } from './check';
import type { PreflightContext } from './context';
import { findImage } from './registry';
import { listing } from './words';

const GIBIBYTE = 1024 ** 3;
const DISK_FAIL_BELOW_BYTES = GIBIBYTE;
const DISK_WARN_BELOW_BYTES = 5 * GIBIBYTE;
const LARGEST_NAMED = 3;

const DISK = { id: 'disk', group: 'resources', title: 'Free disk' } as const;
const MEMORY = { id: 'memory', group: 'resources', title: 'Memory budget' } as const;
const MEMORY_NOW = { id: 'memory-now', group: 'resources', title: 'Memory available now' } as const;
const CPU = { id: 'cpu', group: 'resources', title: 'CPU budget' } as const;

/** What one service may take at most, over all its replicas; null means no limit. */
export interface Demand {
  service: string;
  memoryBytes: number | null;
  cpus: number | null;
  /** Of a single replica: what the engine compares with its own CPUs. */
  cpusEach: number | null;
}

export function demands(project: ComposeProject): Demand[] {
  return Object.values(project.services)
    .filter((service) => !isJob(project, service))
    .map((service) => {
      const limits = service.deploy?.resources?.limits;
      const memory = limits?.memory ?? service.mem_limit ?? null;
      const cpus = limits?.cpus ?? service.cpus ?? null;
      const count = replicas(service);
      return {
        service: service.name,
        memoryBytes: memory === null || memory <= 0 ? null : memory * count,
        cpus: cpus === null || cpus <= 0 ? null : cpus * count,
        cpusEach: cpus,
      };
    });
}

export function judgeDisk(
  disk: { freeBytes: number; totalBytes: number } | null,
  directory: string,
  missingImages: number,
): Check {
  if (disk === null) {
    return warn(DISK, `Free space at ${directory} could not be read.`, 'Check it with df on the host.');
  }
  const evidence = `${formatBytes(disk.freeBytes)} of ${formatBytes(disk.totalBytes)} free at ${directory}; ${plural(missingImages, 'image')} to build or pull.`;
  const advice = 'Remove unused images and containers, or give the engine a larger disk.';
  if (disk.freeBytes < DISK_FAIL_BELOW_BYTES) {
    return fail(DISK, `${evidence} At least ${formatBytes(DISK_FAIL_BELOW_BYTES)} is needed.`, advice);
  }
  if (disk.freeBytes >= DISK_WARN_BELOW_BYTES) return pass(DISK, evidence);
  return warn(
    DISK,
    `${evidence} Below ${formatBytes(DISK_WARN_BELOW_BYTES)} builds and data may fill it.`,
    advice,
  );
}

function sum(values: (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

function largest(list: Demand[], of: (demand: Demand) => number | null, show: (n: number) => string): string {
  const sorted = list
    .map((demand) => ({ name: demand.service, amount: of(demand) ?? 0 }))
    .filter((entry) => entry.amount > 0)
    .sort((one, other) => other.amount - one.amount);
  return listing(sorted.slice(0, LARGEST_NAMED).map((entry) => `${entry.name} ${show(entry.amount)}`));
}

function unlimited(list: Demand[], of: (demand: Demand) => number | null): string {
  const names = list.filter((demand) => of(demand) === null).map((demand) => demand.service);
  return names.length === 0 || names.length === list.length ? '' : ` Without a limit: ${listing(names)}.`;
}

export function judgeMemory(list: Demand[], totalBytes: number): Check {
  const total = sum(list.map((demand) => demand.memoryBytes));
  const evidence = `${total > 0 ? `Limits sum to ${formatBytes(total)}` : 'No service has a limit'}, the engine has ${formatBytes(totalBytes)}.`;
  const missing = unlimited(list, (demand) => demand.memoryBytes);
  if (total <= totalBytes) return pass(MEMORY, evidence + missing);
  const largestOnes = largest(list, (demand) => demand.memoryBytes, formatBytes);
  return warn(
    MEMORY,
    `${evidence} Largest: ${largestOnes}.${missing}`,
    'Lower the limits of the largest services, leave services out, or use a larger host: under load the kernel ends processes.',
  );
}

export function judgeMemoryNow(
  list: Demand[],
  running: ReadonlySet<string>,
  available: number | null,
): Check {
  if (available === null) {
    return warn(
      MEMORY_NOW,
      'The memory available on the host could not be read.',
      'Check it with free -m there.',
    );
  }
  const pending = list.filter((demand) => !running.has(demand.service));
  const wanted = sum(pending.map((demand) => demand.memoryBytes));
  const most = wanted > 0 ? `may use up to ${formatBytes(wanted)}` : 'without a limit';
  const evidence = `${formatBytes(available)} available now; ${plural(pending.length, 'service')} not running yet ${most}.`;
  if (wanted <= available) return pass(MEMORY_NOW, evidence);
  return warn(MEMORY_NOW, evidence, 'Close other programs on the host, or start fewer services.');
}

export function judgeCpu(list: Demand[], cpus: number): Check[] {
  const total = Math.round(sum(list.map((demand) => demand.cpus)) * 100) / 100;
  const evidence = `${total > 0 ? `Limits sum to ${plural(total, 'CPU')}` : 'No service has a limit'}, the engine has ${plural(cpus, 'CPU')}.`;
  const impossible = list
    .filter((demand) => (demand.cpusEach ?? 0) > cpus)
    .map((demand) =>
      fail(
        {
          ...CPU,
          id: `cpu:${demand.service}`,
          title: `CPU limit of ${demand.service}`,
          services: [demand.service],
        },
        `Its limit of ${plural(demand.cpusEach ?? 0, 'CPU')} is more than the ${cpus} of the engine, which refuses such a container.`,
        `Lower the CPU limit of ${demand.service} to at most ${cpus}; it is left out until then.`,
      ),
    );
  const budget =
    total <= cpus
      ? pass(CPU, evidence + unlimited(list, (demand) => demand.cpus))
      : warn(
          CPU,
          `${evidence} Largest: ${largest(list, (demand) => demand.cpus, String)}.`,
          'Services slow each other down when all are busy. Lower limits or use a host with more CPUs.',
        );
  return [budget, ...impossible];
}

export async function checkDisk(context: PreflightContext): Promise<Check[]> {
  const { rootDirectory: directory } = await context.info();
  const [disk, images] = await Promise.all([
    context.session.freeDisk(directory, context.signal),
    context.images(),
  ]);
  const wanted = Object.values(context.project.services).map((service) =>
    imageReference(context.project, service),
  );
  const missing = [...new Set(wanted)].filter((name) => findImage(name, images) === undefined);
  return [judgeDisk(disk, directory, missing.length)];
}

export async function checkBudget(context: PreflightContext): Promise<Check[]> {
  const list = demands(context.project);
  const { memoryBytes, cpus } = await context.info();
  return [judgeMemory(list, memoryBytes), ...judgeCpu(list, cpus)];
}

export async function checkMemoryNow(context: PreflightContext): Promise<Check[]> {
  const [available, containers] = await Promise.all([
    context.session.availableMemory(context.signal),
    context.containers(),
  ]);
  const own = containers.filter((container) => container.labels[COMPOSE.project] === context.project.name);
  const running = own
    .filter((container) => container.state === 'running')
    .map((container) => container.labels[COMPOSE.service] ?? '');
  return [judgeMemoryNow(demands(context.project), new Set(running), available)];
}
