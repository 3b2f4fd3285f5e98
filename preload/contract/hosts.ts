import { z } from 'zod';
import { failureSchema } from './errors';

export const hostIdSchema = z.string().min(1).max(200);

/**
 * One step of the way to an engine behind SSH. `name` resolution, `tcp`, `banner` of the SSH server, `host-key`,
 * `sign-in`, `shell`, `socket` of the engine, `engine` version. A jump host has the first five of its own.
 */
export const hopSchema = z.object({
  hop: z.enum(['name', 'tcp', 'banner', 'host-key', 'sign-in', 'shell', 'socket', 'engine']),
  /** `user@host:port` of the machine this step is about; a jump host or the host itself. */
  machine: z.string(),
  state: z.enum(['running', 'passed', 'failed', 'skipped']),
  /** Milliseconds the step took; null until it ended. */
  durationMs: z.number().nullable(),
  /** What was found: the address, the server's banner, the method that signed in, how the socket was reached. */
  finding: z.string(),
  /** What to do when it failed, else empty. */
  advice: z.string(),
});
export type HopReport = z.infer<typeof hopSchema>;

/** What one SSH connection says of itself. */
export const linkReportSchema = z.object({
  state: z.enum(['closed', 'opening', 'open', 'lost']),
  /** Epoch milliseconds of the last change of `state`. */
  since: z.number(),
  /** Hops of the newest attempt. */
  hops: z.array(hopSchema),
  /** How the engine is reached: streamlocal channels, or pooled `dial-stdio` programs; null until known. */
  transport: z.enum(['streamlocal', 'dial-stdio', 'sudo-dial-stdio']).nullable(),
  /**
   * How connections to addresses of that machine are made: forwarded by the SSH server, carried by programs there,
   * or not at all; left out until one was asked for.
   */
  tcp: z.enum(['forwarded', 'relayed', 'refused']).optional(),
  /**
   * SSH handshakes since the console started, this host only: of its one connection and of each that replaced it after
   * a loss or a change of network, of connections for bulk data and for more sessions, and of the jumps of them all.
   */
  handshakes: z.number().int(),
  channels: z.object({
    engine: z.number().int(),
    engineIdle: z.number().int(),
    programs: z.number().int(),
    forwards: z.number().int(),
    bulk: z.number().int(),
  }),
  /** Round trip of the newest keep-alive in milliseconds; null when none was measured. */
  roundTripMs: z.number().nullable(),
  sentBytes: z.number(),
  receivedBytes: z.number(),
});
export type LinkReport = z.infer<typeof linkReportSchema>;

/** A decision or a secret the console needs from the person to sign in. Secrets go one way: never back to the window. */
export const signInQuestionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('host-key'),
    id: z.string(),
    hostId: hostIdSchema,
    machine: z.string(),
    keyType: z.string(),
    fingerprint: z.string(),
    notes: z.array(z.string()),
    askedAt: z.number(),
  }),
  z.object({
    kind: z.enum(['passphrase', 'password', 'sudo']),
    id: z.string(),
    hostId: hostIdSchema,
    machine: z.string(),
    /** Key file of a passphrase; empty otherwise. */
    keyFile: z.string(),
    attempt: z.number().int(),
    /** The keychain of the operating system can keep the answer. `weak`: only with an explicit choice. */
    keychain: z.enum(['strong', 'weak', 'none']),
    askedAt: z.number(),
  }),
  z.object({
    kind: z.literal('prompts'),
    id: z.string(),
    hostId: hostIdSchema,
    machine: z.string(),
    title: z.string(),
    instructions: z.string(),
    prompts: z.array(z.object({ text: z.string(), echo: z.boolean() })),
    askedAt: z.number(),
  }),
]);
export type SignInQuestion = z.infer<typeof signInQuestionSchema>;

export const signInAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('trust') }),
  z.object({
    kind: z.literal('secret'),
    secret: z.string().max(10_000),
    /** Keep it in the operating system's keychain; `weak` only when the person chose so in words. */
    keep: z.enum(['memory', 'keychain', 'weak-keychain']),
  }),
  z.object({ kind: z.literal('answers'), answers: z.array(z.string().max(10_000)).max(20) }),
  z.object({ kind: z.literal('decline') }),
]);
export type SignInAnswer = z.infer<typeof signInAnswerSchema>;

/** One engine endpoint the console knows: a docker context, DOCKER_HOST or the default socket. */
export const hostSchema = z.object({
  /** `context:<name>`, `env:DOCKER_HOST`, `socket:default` or `ssh:<destination>` for one that was added. */
  id: hostIdSchema,
  title: z.string(),
  source: z.enum(['context', 'environment', 'socket', 'added']),
  /** For example `unix:///var/run/docker.sock`. */
  endpoint: z.string(),
  /** True for the host every screen shows. */
  selected: z.boolean(),
  /** The SSH connection of this host; null for a host without one. */
  link: linkReportSchema.nullable(),
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
