import { z } from 'zod';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const count = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);
const words = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);
const record = <V extends z.ZodType>(value: V) =>
  z
    .record(z.string(), value)
    .nullish()
    .transform((entries) => entries ?? {});

const configSchema = z.object({
  Env: words,
  Cmd: words,
  Entrypoint: words,
  WorkingDir: text,
  User: text,
  Hostname: text,
  StopSignal: text,
  Labels: record(z.string()),
  Healthcheck: z
    .object({ Test: words, Interval: count, Timeout: count, StartPeriod: count, Retries: count })
    .nullish(),
});

const hostConfigSchema = z.object({
  Memory: count,
  MemoryReservation: count,
  NanoCpus: count,
  CpuQuota: count,
  CpuPeriod: count,
  PidsLimit: count,
  ShmSize: count,
  ReadonlyRootfs: z.boolean().nullish(),
  RestartPolicy: z.object({ Name: text, MaximumRetryCount: count }).nullish(),
  LogConfig: z.object({ Type: text }).nullish(),
});

const networkSchema = z.object({ IPAddress: text, Aliases: words });

/** What the configuration view needs of the engine's inspect answer; the rest is left unread. */
export const inspectedSchema = z.object({
  Image: text,
  Platform: text,
  Config: configSchema,
  HostConfig: hostConfigSchema,
  NetworkSettings: z.object({ Networks: record(networkSchema) }),
});
export type Inspected = z.infer<typeof inspectedSchema>;
