import { z } from 'zod';
import { failureSchema } from './errors';

/** What a journal is kept of; a delivery changes no container, but stands in the history. */
export const journaledChangeSchema = z.enum(['apply', 'remove', 'start', 'stop', 'restart', 'deliver']);
export type JournaledChange = z.infer<typeof journaledChangeSchema>;

/** A stack the console can run: built in (bizosaas, sandbox) or Compose files the user added. */
export const stackSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** Compose project name; every container carries it in `com.docker.compose.project`. */
  project: z.string(),
  files: z.array(z.string()),
  builtIn: z.boolean(),
  /** True for the stack that only imitates the platform. */
  sandbox: z.boolean(),
  /** Containers of the project seen on the selected host; null when the host was not observed. */
  containers: z.number().int().nullable(),
  /** An apply or another change that did not end, found in the journal. */
  unfinished: z
    .object({
      journalId: z.string(),
      /** Absent: an apply. */
      change: journaledChangeSchema.optional(),
      /** Of a removal: whether the volumes go too, as was chosen when it began. */
      volumes: z.boolean().optional(),
      startedAt: z.number(),
      phase: z.string(),
      doneSteps: z.number().int(),
      totalSteps: z.number().int(),
    })
    .nullable(),
  /** Another console that changes the stack at this moment, or did so when it went away (stale). */
  changedBy: z
    .object({ owner: z.string(), /** On the engine's clock. */ since: z.number(), stale: z.boolean() })
    .optional(),
  /** Set while the files can't be read; what is shown of them is what was read last, if they ever were. */
  unreadable: z
    .object({ failure: failureSchema, since: z.number(), lastReadAt: z.number().nullable() })
    .optional(),
});
export type Stack = z.infer<typeof stackSchema>;

export const checkSchema = z.object({
  /** Stable id, e.g. `engine`, `disk`, `memory`, `cpu`, `port:5432`, `image:redis`, `name:x`, `variable:X`, `volume:x`, `health-check:x`. */
  id: z.string(),
  group: z.enum(['engine', 'resources', 'ports', 'names', 'images', 'variables', 'volumes', 'health']),
  title: z.string(),
  result: z.enum(['pass', 'warn', 'fail']),
  /** What was measured or seen, with units. */
  evidence: z.string(),
  /** What to do next; null when there is nothing to do. */
  advice: z.string().nullable(),
  /** Services this check concerns; empty means the whole stack. */
  services: z.array(z.string()),
});
export type Check = z.infer<typeof checkSchema>;

export const preflightReportSchema = z.object({
  project: z.string(),
  startedAt: z.number(),
  tookMs: z.number(),
  result: z.enum(['pass', 'warn', 'fail']),
  checks: z.array(checkSchema),
});
export type PreflightReport = z.infer<typeof preflightReportSchema>;

export const fieldChangeSchema = z.object({
  /** Dotted path in the Compose model, e.g. `environment.PORT`. Secret values are masked. */
  field: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
});

export const planStepSchema = z.object({
  id: z.string(),
  action: z.enum([
    'pull-image',
    'build-image',
    'deliver-image',
    'create-network',
    'create-volume',
    'create-container',
    'recreate-container',
    'start-container',
    'remove-container',
    'remove-network',
    'remove-volume',
    'run-job',
    'keep',
  ]),
  /** What the step acts on: service, network, volume or image name. */
  target: z.string(),
  /** The service the step belongs to; null for project-wide objects. */
  service: z.string().nullable(),
  /** A sentence: why this step is needed. */
  reason: z.string(),
  changes: z.array(fieldChangeSchema),
  /** Ids of steps that come first. */
  after: z.array(z.string()),
  /** True when the step destroys a container or data. */
  destructive: z.boolean(),
  /** The step is about a container whose service is no longer in the file: removed when asked for, else kept. */
  orphan: z.boolean().optional(),
});
export type PlanStep = z.infer<typeof planStepSchema>;

export const planSchema = z.object({
  project: z.string(),
  /** False when every step is `keep`. */
  changed: z.boolean(),
  steps: z.array(planStepSchema),
  /** Attributes in the file that this console does not apply, by name and place. */
  warnings: z.array(z.string()),
});
export type Plan = z.infer<typeof planSchema>;

export const lockSchema = z.object({
  owner: z.string(),
  since: z.number(),
  /** Last sign of life written by the owner. */
  lastBeatAt: z.number(),
  stale: z.boolean(),
  /** The owner's process, on this very machine, is known to have ended. */
  ended: z.boolean().optional(),
  /** What it was taken for; absent where an older console took it. */
  change: z.enum([...journaledChangeSchema.options, 'undo']).optional(),
});
export type ApplyLock = z.infer<typeof lockSchema>;

export const applyRecordSchema = z.object({
  journalId: z.string(),
  stackId: z.string(),
  project: z.string(),
  /** Absent: an apply. */
  change: journaledChangeSchema.optional(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  outcome: z.enum(['running', 'succeeded', 'failed', 'cancelled', 'interrupted', 'undone']),
  summary: z.string(),
  doneSteps: z.number().int(),
  totalSteps: z.number().int(),
});
export type ApplyRecord = z.infer<typeof applyRecordSchema>;
