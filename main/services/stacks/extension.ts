/** `x-bizosaas`: what is ours in a Compose file. Everything else in the file is plain Compose Spec. */
import { z } from 'zod';

/** A value inside a JSON body, by dotted path. */
const judgement = z.object({
  path: z.string(),
  in: z.array(z.union([z.string(), z.boolean(), z.number()])).min(1),
});

export const probeSpecSchema = z.object({
  kind: z.enum(['http', 'postgres', 'redis', 'tcp']),
  /** Port inside the container. */
  port: z.number().int().min(1).max(65_535),
  path: z.string().startsWith('/').default('/'),
  method: z.enum(['GET', 'POST', 'HEAD']).default('GET'),
  /** Host header the service expects. */
  host: z.string().default('localhost'),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  /** All must hold, else a 2xx answer is lying. */
  healthy: z.array(judgement).default([]),
  /** Any that holds makes the answer degraded; judged before `healthy`. */
  degraded: z.array(judgement).default([]),
  /** All must hold, else another program answers. */
  identity: z.array(judgement).default([]),
  /** The whole trimmed body, for services that answer in plain text. */
  text: z.string().optional(),
  intervalSeconds: z.number().min(0.2).max(300).optional(),
  timeoutSeconds: z.number().min(0.1).max(60).default(3),
});
export type ProbeSpec = z.infer<typeof probeSpecSchema>;

export const serviceExtensionSchema = z.object({
  title: z.string(),
  tier: z.string(),
  side: z.enum(['data', 'back', 'front']),
  unit: z.enum(['service', 'companion', 'job']).default('service'),
  probe: probeSpecSchema.optional(),
  admin: z.object({ path: z.string().startsWith('/'), title: z.string() }).optional(),
  kpis: z.array(z.object({ id: z.string(), source: z.string() })).default([]),
});
export type ServiceExtension = z.infer<typeof serviceExtensionSchema>;

export const projectExtensionSchema = z.object({
  title: z.string(),
  /** Start order of the tiers, first to last. */
  tiers: z.array(z.object({ id: z.string(), title: z.string() })),
  sandbox: z.boolean().default(false),
  /**
   * By image name: the script, relative to the file, that writes the image's root file system as a tar to the
   * path it is given, for hosts that cannot pull the image.
   */
  bases: z.record(z.string(), z.object({ script: z.string() })).optional(),
});
export type ProjectExtension = z.infer<typeof projectExtensionSchema>;

/** On a secret: make the file on first use, with this many random bytes, hex encoded. */
export const secretExtensionSchema = z.object({
  generate: z.object({ bytes: z.number().int().min(16).max(128) }),
});

export const EXTENSION_KEY = 'x-bizosaas';
