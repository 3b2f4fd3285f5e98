import { z } from 'zod';

/**
 * The closed set of failures that cross the RPC boundary, with the data each one carries.
 * Anything that is not in this table is logged under an id in main and leaves as INTERNAL.
 */
export const errorData = {
  HOST_UNREACHABLE: z.object({ host: z.string(), hop: z.string(), detail: z.string() }),
  /** `fingerprint` of the key the server showed. */
  HOST_KEY_UNKNOWN: z.object({ host: z.string(), keyType: z.string(), fingerprint: z.string() }),
  /**
   * `known`: fingerprints on file, each with its place, and with its `patterns` where the line is for other machines too;
   * `name`: what known_hosts calls the machine. No credential was sent.
   */
  HOST_KEY_CHANGED: z.object({
    host: z.string(),
    name: z.string().optional(),
    fingerprint: z.string(),
    revoked: z.boolean(),
    known: z.array(
      z.object({
        fingerprint: z.string(),
        file: z.string(),
        line: z.number().int(),
        patterns: z.string().optional(),
      }),
    ),
  }),
  /** `offered`: sign-in methods of the server; `tried`: what was shown to it, in words, never a secret. */
  AUTH_REQUIRED: z.object({
    host: z.string(),
    user: z.string(),
    offered: z.array(z.string()),
    tried: z.array(z.string()),
    detail: z.string(),
  }),
  ENGINE_UNAVAILABLE: z.object({ host: z.string(), endpoint: z.string(), detail: z.string() }),
  ENGINE_REJECTED: z.object({ status: z.number().int(), operation: z.string(), detail: z.string() }),
  NOT_FOUND: z.object({ kind: z.string(), name: z.string() }),
  CONFLICT: z.object({ what: z.string(), detail: z.string() }),
  INVALID_INPUT: z.object({ field: z.string(), detail: z.string() }),
  INVALID_COMPOSE: z.object({
    file: z.string(),
    /** 1-based. */
    line: z.number().int(),
    /** 1-based. */
    column: z.number().int(),
    /** The words in the file that are wrong; empty when the place is enough. */
    excerpt: z.string(),
    detail: z.string(),
  }),
  PREFLIGHT_FAILED: z.object({ project: z.string(), failed: z.array(z.string()) }),
  APPLY_LOCKED: z.object({
    project: z.string(),
    owner: z.string(),
    /** Milliseconds since the Unix epoch. */
    since: z.number(),
    stale: z.boolean(),
  }),
  APPLY_FAILED: z.object({ project: z.string(), failed: z.array(z.string()), detail: z.string() }),
  CONFIRMATION_MISMATCH: z.object({ expected: z.string() }),
  TIMEOUT: z.object({ operation: z.string(), afterMs: z.number() }),
  CANCELLED: z.object({
    operation: z.string(),
    /** Set when a person said no to a question of signing in: to which one, and about which machine. */
    declined: z
      .object({
        question: z.enum(['host-key', 'passphrase', 'password', 'sudo', 'prompts']),
        machine: z.string(),
      })
      .optional(),
  }),
  INTERNAL: z.object({ id: z.string() }),
} as const;

export type ErrorCode = keyof typeof errorData;
export type ErrorData<C extends ErrorCode> = z.infer<(typeof errorData)[C]>;

/** A failure as plain data: for tasks, journals, `--json` output. Shape: discriminated by `code`. */
export const failureSchema = z.object({
  code: z.enum(Object.keys(errorData) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type Failure = z.infer<typeof failureSchema>;
