import { z } from 'zod';
import { failureSchema } from './errors';

export const hostIdSchema = z.string().min(1).max(200);

/** One engine endpoint the console knows: a docker context, DOCKER_HOST or the default socket. */
export const hostSchema = z.object({
  /** `context:<name>`, `env:DOCKER_HOST` or `socket:default`. */
  id: hostIdSchema,
  title: z.string(),
  source: z.enum(['context', 'environment', 'socket']),
  /** For example `unix:///var/run/docker.sock`. */
  endpoint: z.string(),
  /** True for the host every screen shows. */
  selected: z.boolean(),
  connection: z.discriminatedUnion('state', [
    z.object({ state: z.literal('idle') }),
    z.object({ state: z.literal('connecting'), since: z.number() }),
    z.object({
      state: z.literal('connected'),
      since: z.number(),
      engineVersion: z.string(),
      apiVersion: z.string(),
      operatingSystem: z.string(),
      cpus: z.number(),
      memoryBytes: z.number(),
      /** False when the endpoint kind is supported but a newer or older engine limits us; advice says how. */
      advice: z.string().nullable(),
    }),
    z.object({
      state: z.literal('unreachable'),
      since: z.number(),
      failure: failureSchema,
      /** When the last answer of this engine was seen; null when never. */
      lastSeenAt: z.number().nullable(),
      nextAttemptAt: z.number().nullable(),
    }),
    z.object({ state: z.literal('unsupported'), reason: z.string() }),
  ]),
});
export type Host = z.infer<typeof hostSchema>;
