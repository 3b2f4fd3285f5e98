/** The engine's JSON as far as it is read here. Loose: engines add and drop fields between versions. */
import { z } from 'zod';

const text = z.string().catch('');
const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
const strings = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);
const count = z.number().catch(0);

export const infoSchema = z.looseObject({
  ID: text,
  ServerVersion: text,
  OperatingSystem: text,
  KernelVersion: text,
  Architecture: text,
  NCPU: count,
  MemTotal: count,
  DockerRootDir: text,
  Driver: text,
  CgroupVersion: z.string().catch('1'),
  SecurityOptions: strings,
});

const mountSchema = z.looseObject({
  Type: text,
  Name: text,
  Source: text,
  Destination: text,
  RW: z.boolean().catch(true),
});

const endpoints = z
  .record(z.string(), z.looseObject({ IPAddress: text }).nullable())
  .nullish()
  .transform((value) => value ?? {});
const mounts = z
  .array(mountSchema)
  .nullish()
  .transform((value) => value ?? []);

export const containerListSchema = z.array(
  z.looseObject({
    Id: z.string(),
    Names: strings,
    Image: text,
    ImageID: text,
    Created: count,
    State: text,
    Status: text,
    Labels: labels,
    Ports: z
      .array(z.looseObject({ IP: text, PrivatePort: count, PublicPort: count, Type: text }))
      .nullish()
      .transform((value) => value ?? []),
    NetworkSettings: z.looseObject({ Networks: endpoints }).nullish(),
    Mounts: mounts,
  }),
);
export type ListedContainer = z.infer<typeof containerListSchema>[number];

const healthSchema = z.looseObject({
  Status: text,
  FailingStreak: count,
  Log: z
    .array(z.looseObject({ Start: text, ExitCode: count, Output: text }))
    .nullish()
    .transform((value) => value ?? []),
});

export const containerDetailSchema = z.looseObject({
  Id: z.string(),
  Name: text,
  Image: text,
  Created: text,
  RestartCount: count,
  State: z.looseObject({
    Status: text,
    Running: z.boolean().catch(false),
    Restarting: z.boolean().catch(false),
    OOMKilled: z.boolean().catch(false),
    ExitCode: count,
    Pid: count,
    Error: text,
    StartedAt: text,
    FinishedAt: text,
    Health: healthSchema.nullish(),
  }),
  Config: z.looseObject({
    Image: text,
    Tty: z.boolean().catch(false),
    Labels: labels,
    /** Seconds; absent where the engine's own 10 s hold. */
    StopTimeout: z.number().nullish(),
  }),
  NetworkSettings: z.looseObject({
    Networks: endpoints,
    Ports: z
      .record(z.string(), z.array(z.looseObject({ HostIp: text, HostPort: text })).nullable())
      .nullish()
      .transform((value) => value ?? {}),
  }),
  Mounts: mounts,
});
export type InspectedContainer = z.infer<typeof containerDetailSchema>;

export const createdSchema = z.looseObject({ Id: z.string(), Warnings: strings });
export const waitSchema = z.looseObject({
  StatusCode: z.number(),
  Error: z.looseObject({ Message: text }).nullish(),
});
export const execCreatedSchema = z.looseObject({ Id: z.string() });
export const execInspectSchema = z.looseObject({
  Running: z.boolean().catch(false),
  ExitCode: z.number().nullable(),
});

export const imageListSchema = z.array(
  z.looseObject({
    Id: z.string(),
    RepoTags: strings,
    RepoDigests: strings,
    Size: count,
    Created: count,
    Labels: labels,
  }),
);

const keys = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => Object.keys(value ?? {}));
const imageConfigSchema = z.looseObject({
  Env: strings,
  Cmd: strings,
  Entrypoint: strings,
  User: text,
  WorkingDir: text,
  ExposedPorts: keys,
  Volumes: keys,
  Healthcheck: z.record(z.string(), z.unknown()).nullish(),
  Labels: labels,
  StopSignal: text,
});

export const imageHistorySchema = z.array(z.looseObject({ Size: count }));

export const imageDetailSchema = z.looseObject({
  Id: z.string(),
  RepoTags: strings,
  RepoDigests: strings,
  Size: count,
  Created: text,
  Architecture: text,
  RootFS: z.looseObject({ Layers: strings }).catch({ Layers: [] }),
  Config: z.preprocess((config) => config ?? {}, imageConfigSchema),
});

export const networkListSchema = z.array(
  z.looseObject({
    Id: z.string(),
    Name: z.string(),
    Driver: text,
    Labels: labels,
    Internal: z.boolean().catch(false),
    IPAM: z.looseObject({ Config: z.array(z.looseObject({ Subnet: text })).nullish() }).nullish(),
  }),
);

const volumeSchema = z.looseObject({
  Name: z.string(),
  Driver: text,
  Labels: labels,
  Mountpoint: text,
  CreatedAt: text,
  UsageData: z.looseObject({ Size: z.number() }).nullish(),
});
export const volumeListSchema = z.looseObject({
  Volumes: z
    .array(volumeSchema)
    .nullish()
    .transform((value) => value ?? []),
});
export type ListedVolume = z.infer<typeof volumeSchema>;

export const eventSchema = z.looseObject({
  Type: text,
  Action: text,
  time: count,
  timeNano: count,
  Actor: z.looseObject({ ID: text, Attributes: labels }).nullish(),
});

export const progressSchema = z.looseObject({
  id: z.string().optional(),
  status: z.string().optional(),
  stream: z.string().optional(),
  progressDetail: z.looseObject({ current: z.number().optional(), total: z.number().optional() }).nullish(),
  error: z.string().optional(),
  errorDetail: z.looseObject({ code: z.number().optional(), message: z.string().optional() }).nullish(),
  aux: z.unknown().optional(),
});
export type ProgressLine = z.infer<typeof progressSchema>;

export const statsSchema = z.looseObject({
  read: text,
  cpu_stats: z.looseObject({
    cpu_usage: z.looseObject({ total_usage: count }),
    system_cpu_usage: z.number().optional(),
    online_cpus: z.number().optional(),
  }),
  memory_stats: z.looseObject({
    usage: z.number().optional(),
    limit: z.number().optional(),
    stats: z.record(z.string(), z.number()).nullish(),
  }),
  networks: z.record(z.string(), z.looseObject({ rx_bytes: count, tx_bytes: count })).nullish(),
});
