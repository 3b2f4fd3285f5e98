import { z } from 'zod';

/** One measured property of a machine against what the platform needs. */
export const assessmentItemSchema = z.object({
  id: z.enum([
    'os',
    'architecture',
    'cpu',
    'memory',
    'disk',
    'swap',
    'engine',
    'compose',
    'access',
    'clock',
    'firewall',
    'updates',
    'log-caps',
  ]),
  title: z.string(),
  state: z.enum(['pass', 'warn', 'fail', 'unknown']),
  /** What was found, with its unit. */
  measured: z.string(),
  wanted: z.string(),
  /** Empty when there is nothing to do. */
  advice: z.string(),
});
export type AssessmentItem = z.infer<typeof assessmentItemSchema>;

/** One idempotent step: running it when it is in place changes nothing. */
export const prepareStepSchema = z.object({
  id: z.enum(['engine', 'engine-start', 'access', 'swap', 'log-caps', 'firewall', 'updates']),
  title: z.string(),
  state: z.enum(['needed', 'in-place', 'impossible']),
  /** Why: what was measured. */
  reason: z.string(),
  /** Exactly what will run as root, in order; beside it only the record under /var/lib/bizosaas-console. */
  commands: z.array(z.string()),
  /** Then, over a new connection, within a minute: else what the commands did takes itself back. Mostly empty. */
  confirm: z.array(z.string()),
  /** Takes the step back; empty when it can't be, or when it was in place before any console came. */
  undo: z.array(z.string()),
});
export type PrepareStep = z.infer<typeof prepareStepSchema>;

export const preparePlanSchema = z.object({
  hostId: z.string(),
  /** `user@host:port`. */
  machine: z.string(),
  /** Epoch milliseconds of the measurement. */
  at: z.number(),
  /** How steps get root; `none` makes every step impossible. */
  root: z.enum(['root', 'sudo', 'sudo-password', 'none']),
  assessment: z.array(assessmentItemSchema),
  steps: z.array(prepareStepSchema),
});
export type PreparePlan = z.infer<typeof preparePlanSchema>;

/** A step as it ran last on a host; kept on disk, so that a failed one can be resumed after a restart. */
export const prepareRunSchema = z.object({
  /** The step's id. */
  id: prepareStepSchema.shape.id,
  title: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled', 'undone']),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  exitCode: z.number().int().nullable(),
  /** The last lines it printed, at most 200. */
  output: z.array(z.string()),
  /** When the connection was lost during the step, and when it was back; absent when it never was. */
  link: z.array(z.object({ at: z.number(), state: z.enum(['lost', 'back']), detail: z.string() })).optional(),
});
export type PrepareRun = z.infer<typeof prepareRunSchema>;
