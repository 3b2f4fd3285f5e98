import { z } from 'zod';
import { failureSchema } from './errors';

export const taskKindSchema = z.enum([
  'preflight',
  'apply',
  'undo',
  'start',
  'stop',
  'restart',
  'remove',
  'prepare',
  'deliver',
]);

/** One image layer or build step, newest state. */
export const layerProgressPartSchema = z.object({
  id: z.string(),
  status: z.string(),
  done: z.number().nullable(),
  total: z.number().nullable(),
});
export type LayerProgressPart = z.infer<typeof layerProgressPartSchema>;

/** Progress of one service inside an apply; the window draws one bar per entry. */
export const serviceProgressSchema = z.object({
  service: z.string(),
  phase: z.enum([
    'waiting',
    'pulling',
    'delivering',
    'building',
    'creating',
    'starting',
    'gating',
    'stopping',
    'removing',
    'ready',
    'unchanged',
    'failed',
    'blocked',
    'cancelled',
  ]),
  /** One line on what is happening or why it stopped. */
  detail: z.string(),
  /** Bytes or build steps, whichever the phase counts; null when not countable. */
  done: z.number().nullable(),
  total: z.number().nullable(),
  unit: z.enum(['bytes', 'steps']).nullable(),
  /** Image layers or build steps, newest state each. */
  parts: z.array(layerProgressPartSchema),
  /** Last log lines of a failed service; empty otherwise. */
  logTail: z.array(z.string()),
  since: z.number(),
});
export type ServiceProgress = z.infer<typeof serviceProgressSchema>;

export const taskStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('queued') }),
  z.object({
    state: z.literal('running'),
    phase: z.string(),
    done: z.number().nullable(),
    total: z.number().nullable(),
    cancelling: z.boolean(),
  }),
  z.object({ state: z.literal('succeeded'), summary: z.string() }),
  z.object({ state: z.literal('failed'), failure: failureSchema }),
  z.object({ state: z.literal('cancelled'), summary: z.string() }),
]);

export const taskSchema = z.object({
  id: z.string(),
  kind: taskKindSchema,
  title: z.string(),
  hostId: z.string(),
  stackId: z.string().nullable(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  status: taskStateSchema,
  services: z.array(serviceProgressSchema),
});
export type Task = z.infer<typeof taskSchema>;
export type TaskState = z.infer<typeof taskStateSchema>;
export type TaskKind = z.infer<typeof taskKindSchema>;
