import { z } from 'zod';

export const verdictStateSchema = z.enum([
  'absent', // defined, no container
  'stopped',
  'starting',
  'running', // up, nothing to probe
  'listening', // answers, but with a redirect, 401 or 405 that proves only the socket
  'healthy',
  'degraded',
  'unhealthy', // answers with an error, or stopped answering
  'lying', // 2xx with a body that says otherwise
  'foreign', // another program answers on the port
  'crash-looping',
  'oom-killed',
  'completed', // a one-shot job that ended with 0
  'failed', // a one-shot job that ended with another code
  'unknown', // the engine cannot be asked right now
]);
export type VerdictState = z.infer<typeof verdictStateSchema>;

export const probeResultSchema = z.object({
  /** When the probe ended. */
  at: z.number(),
  outcome: z.enum([
    'healthy',
    'degraded',
    'listening',
    'lying',
    'foreign',
    'unhealthy',
    'refused',
    'timeout',
  ]),
  /** HTTP status; null for other protocols or no answer. */
  status: z.number().int().nullable(),
  latencyMs: z.number(),
  /** First 300 characters of the body, control characters removed. */
  excerpt: z.string(),
  /** One line: what the answer means. */
  reason: z.string(),
  /** What was asked, e.g. `GET http://172.18.0.4:8001/health`. */
  target: z.string(),
});
export type ProbeResult = z.infer<typeof probeResultSchema>;

export const usageSchema = z.object({
  at: z.number(),
  /** Percent of one core; 200 means two cores. */
  cpuPercent: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  /** Null when the container has no limit. */
  memoryLimitBytes: z.number().nullable(),
  receiveBytesPerSecond: z.number().nullable(),
  transmitBytesPerSecond: z.number().nullable(),
});
export type Usage = z.infer<typeof usageSchema>;

export const verdictSchema = z.object({
  state: verdictStateSchema,
  since: z.number(),
  /** When this was last confirmed by an observation. */
  observedAt: z.number(),
  source: z.enum(['engine', 'probe', 'none']),
  /** One sentence naming the cause, without the service's title: "answers 200 but reports database: down". */
  reason: z.string(),
  evidence: probeResultSchema.nullable(),
  /** What it was at `observedAt`, while the engine does not answer; absent while it does, or when it never did. */
  lastSeen: z.object({ state: verdictStateSchema, reason: z.string() }).optional(),
});
export type Verdict = z.infer<typeof verdictSchema>;

export const serviceRowSchema = z.object({
  /** Service name in the Compose file. */
  id: z.string(),
  title: z.string(),
  /** The tier's title, for display. */
  tier: z.string(),
  /** Position of the tier, 0 first. */
  tierOrder: z.number().int(),
  side: z.enum(['data', 'back', 'front']),
  unit: z.enum(['service', 'companion', 'job']),
  /** False for containers of the project that the file no longer defines. */
  defined: z.boolean(),
  containerId: z.string().nullable(),
  containerName: z.string().nullable(),
  image: z.string(),
  verdict: verdictSchema,
  /** Raw engine words, e.g. `running`, `exited`. Null when there is no container. */
  engineState: z.string().nullable(),
  engineHealth: z.string().nullable(),
  startedAt: z.number().nullable(),
  exitCode: z.number().int().nullable(),
  restarts: z.number().int(),
  lastOomAt: z.number().nullable(),
  ports: z.array(
    z.object({
      hostIp: z.string(),
      published: z.number().int(),
      target: z.number().int(),
      protocol: z.string(),
    }),
  ),
  /** Where a person can open it, when it publishes an HTTP port. */
  webUrl: z.string().nullable(),
  usage: usageSchema.nullable(),
});
export type ServiceRow = z.infer<typeof serviceRowSchema>;

/**
 * Something on Overview that needs a person. Derived in main; a snapshot has the worst first, but deltas carry no
 * order: readers sort by severity, critical first, then by `since`, oldest first.
 */
export const attentionSchema = z.object({
  id: z.string(),
  service: z.string().nullable(),
  severity: z.enum(['critical', 'warning']),
  /** A full sentence with the service's title. */
  sentence: z.string(),
  since: z.number(),
  actions: z.array(
    z.enum([
      'open-logs',
      'open-probes',
      'restart',
      'start',
      'open-deploy',
      'continue-apply',
      'undo-apply',
      'open-hosts',
    ]),
  ),
});
export type Attention = z.infer<typeof attentionSchema>;

export const logLineSchema = z.object({
  /** Milliseconds since the epoch as the engine stamped it. */
  at: z.number(),
  stream: z.enum(['stdout', 'stderr']),
  text: z.string(),
  /** Set where lines are missing: the text says which and why, nothing of it is the container's. */
  gap: z.literal(true).optional(),
  /** Of a gap: when the last line before it was written; `at` is when the first one after it was. */
  gapSince: z.number().optional(),
});
export type LogLine = z.infer<typeof logLineSchema>;

export const logBatchSchema = z.object({
  lines: z.array(logLineSchema),
  /** Lines lost to the ring since the last batch. */
  dropped: z.number().int(),
  /** True once everything that existed at the start has been sent. */
  caughtUp: z.boolean(),
});
export type LogBatch = z.infer<typeof logBatchSchema>;

export const engineEventSchema = z.object({
  at: z.number(),
  action: z.string(),
  detail: z.string(),
});
export type EngineEventRow = z.infer<typeof engineEventSchema>;

export const configurationSchema = z.object({
  /** Ordered sections of name and value; secrets arrive masked. */
  sections: z.array(
    z.object({
      title: z.string(),
      rows: z.array(z.object({ name: z.string(), value: z.string(), masked: z.boolean() })),
    }),
  ),
  /** Commands that do the same by hand. */
  commands: z.array(z.object({ title: z.string(), command: z.string() })),
});
export type Configuration = z.infer<typeof configurationSchema>;
