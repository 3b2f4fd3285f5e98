import { z } from 'zod';
import { apiAtLeast } from '../../../words/api-version';
import { NANO, NANOSECONDS_PER_MS } from '../../../words/quantities';
import type { ComposeService } from '../compose-file/model';
import { compact } from './canonical';

/** Limits of `deploy.resources` win over the older service-level keys, as in Compose. */
export function resources(service: ComposeService): Record<string, unknown> {
  const limits = service.deploy?.resources?.limits;
  const reservations = service.deploy?.resources?.reservations;
  return {
    ...processor(service, limits?.cpus ?? service.cpus),
    Memory: limits?.memory ?? service.mem_limit,
    MemoryReservation: reservations?.memory ?? service.mem_reservation,
    MemorySwap: service.memswap_limit,
    MemorySwappiness: service.mem_swappiness,
    OomKillDisable: service.oom_kill_disable,
    OomScoreAdj: service.oom_score_adj,
    PidsLimit: limits?.pids ?? service.pids_limit,
    ShmSize: service.shm_size,
    Ulimits: ulimits(service),
    DeviceRequests: deviceRequests(reservations?.devices),
  };
}

function processor(service: ComposeService, cpus: number | undefined): Record<string, unknown> {
  return {
    NanoCpus: cpus === undefined ? undefined : Math.round(cpus * NANO),
    CpuShares: service.cpu_shares,
    CpuQuota: service.cpu_quota,
    CpuPeriod: service.cpu_period,
    CpusetCpus: service.cpuset,
  };
}

function ulimits(service: ComposeService): Record<string, unknown>[] {
  return Object.entries(service.ulimits ?? {}).map(([Name, { soft, hard }]) => ({
    Name,
    Soft: soft,
    Hard: hard,
  }));
}

const reservedDevices = z.array(
  z.object({
    driver: z.string().optional(),
    count: z.union([z.number(), z.string()]).optional(),
    device_ids: z.array(z.string()).optional(),
    capabilities: z.array(z.string()).default([]),
    options: z.record(z.string(), z.string()).optional(),
  }),
);

function deviceRequests(devices: unknown): Record<string, unknown>[] {
  const parsed = reservedDevices.safeParse(devices);
  if (!parsed.success) return [];
  return parsed.data.map((device) =>
    compact({
      Driver: device.driver,
      Count: device.device_ids === undefined ? deviceCount(device.count) : undefined,
      DeviceIDs: device.device_ids,
      Capabilities: [device.capabilities],
      Options: device.options,
    }),
  );
}

/** The engine writes "all" as -1. */
function deviceCount(count: number | string | undefined): number {
  return count === undefined || count === 'all' ? -1 : Number(count);
}

export function restartPolicy(service: ComposeService): Record<string, unknown> {
  const policy = service.deploy?.restart_policy;
  if (policy !== undefined)
    return { Name: conditionName(policy.condition), MaximumRetryCount: policy.max_attempts ?? 0 };
  const [name, attempts] = (service.restart ?? 'no').split(':');
  return { Name: name, MaximumRetryCount: attempts === undefined ? 0 : Number(attempts) };
}

function conditionName(condition: string | undefined): string {
  if (condition === 'none') return 'no';
  return condition === 'on-failure' ? 'on-failure' : 'always';
}

/** Durations are nanoseconds in the Engine API. StartInterval came with 1.44; older engines refuse it. */
export function healthcheck(
  service: ComposeService,
  apiVersion: string,
): Record<string, unknown> | undefined {
  const check = service.healthcheck;
  if (check === undefined) return undefined;
  if (check.disable === true) return { Test: ['NONE'] };
  return compact({
    Test: check.test,
    Interval: nanoseconds(check.interval),
    Timeout: nanoseconds(check.timeout),
    Retries: check.retries,
    StartPeriod: nanoseconds(check.start_period),
    StartInterval: apiAtLeast(apiVersion, '1.44') ? nanoseconds(check.start_interval) : undefined,
  });
}

function nanoseconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.round(milliseconds * NANOSECONDS_PER_MS);
}
