import { z } from 'zod';
import { hostIdSchema } from './hosts';

/** A port of this machine that leads through a host's connection to one of its services, or to a port of the host itself. */
export const forwardSchema = z.object({
  id: z.string(),
  hostId: hostIdSchema,
  /** Where it leads: a service's port inside its container, or a loopback port of the host. */
  target: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('service'),
      stackId: z.string(),
      service: z.string(),
      port: z.number().int(),
    }),
    z.object({ kind: z.literal('host'), port: z.number().int() }),
  ]),
  /** Bound on 127.0.0.1 until the forward is closed, whether or not the link stands. */
  localPort: z.number().int(),
  /** For a browser. */
  url: z.string(),
  /** Epoch milliseconds. */
  openedAt: z.number(),
  /** Open at this moment. */
  connections: z.number().int(),
  /** Why the newest connection failed; null when it did not. */
  failure: z.string().nullable(),
});
export type Forward = z.infer<typeof forwardSchema>;
