/** Reads a stack file the way the specs look at it: merge keys applied, every variable at its default. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  EXTENSION_KEY,
  projectExtensionSchema,
  secretExtensionSchema,
  serviceExtensionSchema,
} from '../main/services/stacks/extension';

const dependency = z.object({ condition: z.enum(['service_healthy', 'service_completed_successfully']) });

const serviceSchema = z.object({
  image: z.string(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), dependency).default({}),
  healthcheck: z.object({ test: z.array(z.string()).min(2) }).optional(),
  restart: z.string(),
  deploy: z.object({
    resources: z.object({ limits: z.object({ cpus: z.string().optional(), memory: z.string() }) }),
  }),
  [EXTENSION_KEY]: serviceExtensionSchema,
});
export type StackService = z.infer<typeof serviceSchema>;

const secretSchema = z.object({ file: z.string(), [EXTENSION_KEY]: secretExtensionSchema.optional() });

const stackSchema = z.object({
  name: z.string(),
  [EXTENSION_KEY]: projectExtensionSchema,
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), secretSchema).default({}),
});

const atDefaults = (text: string) => text.replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');

export function readStack(id: 'bizosaas' | 'sandbox') {
  const text = readFileSync(new URL(`${id}/compose.yaml`, import.meta.url), 'utf8');
  return { text, ...stackSchema.parse(parse(atDefaults(text), { merge: true })) };
}

/** As written, before variables: what each published port is called. */
export function portVariables(text: string): string[] {
  return [...text.matchAll(/:\$\{([A-Z_]+_PORT):-\d+\}:\d+/g)].map((match) => match[1] ?? '');
}

/** `address:published:inner`, as all ports here are written. */
export function readPort(port: string) {
  const [address = '', published, inner] = port.split(':');
  return { address, published: Number(published), inner: Number(inner) };
}

/** @returns MiB */
export const memoryOf = (service: StackService) =>
  Number.parseInt(service.deploy.resources.limits.memory, 10);

export const coresOf = (service: StackService) => Number(service.deploy.resources.limits.cpus ?? 'NaN');
