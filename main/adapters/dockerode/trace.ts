/**
 * What BuildKit reports while it builds: protobuf inside the lines of the build's answer. dockerode's own reader
 * turns it into sentences (and leaves command output in base64), so steps could not be told apart; this one
 * keeps the structure. Field numbers: moby/buildkit, api/services/control/control.proto.
 */
import protobuf from 'protobufjs/light.js';
import { z } from 'zod';

const TRACE_ID = 'moby.buildkit.trace';

const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });

const root = protobuf.Root.fromJSON({
  nested: {
    Timestamp: { fields: { seconds: { type: 'int64', id: 1 } } },
    Vertex: {
      fields: {
        digest: { type: 'string', id: 1 },
        name: { type: 'string', id: 3 },
        cached: { type: 'bool', id: 4 },
        started: { type: 'Timestamp', id: 5 },
        completed: { type: 'Timestamp', id: 6 },
        error: { type: 'string', id: 7 },
      },
    },
    VertexStatus: {
      fields: {
        ID: { type: 'string', id: 1 },
        vertex: { type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        current: { type: 'int64', id: 4 },
        total: { type: 'int64', id: 5 },
      },
    },
    VertexLog: { fields: { vertex: { type: 'string', id: 1 }, msg: { type: 'bytes', id: 4 } } },
    StatusResponse: {
      fields: {
        vertexes: repeated('Vertex', 1),
        statuses: repeated('VertexStatus', 2),
        logs: repeated('VertexLog', 3),
      },
    },
  },
});
const statusResponse = root.lookupType('StatusResponse');

const present = z
  .unknown()
  .optional()
  .transform((value) => value !== undefined && value !== null);
const text = z.string().default('');
const count = z.number().default(0);

const traceSchema = z.object({
  vertexes: z
    .array(
      z.object({
        digest: text,
        name: text,
        cached: z.boolean().default(false),
        started: present,
        completed: present,
        error: text,
      }),
    )
    .default([]),
  statuses: z
    .array(z.object({ ID: text, vertex: text, name: text, current: count, total: count }))
    .default([]),
  logs: z
    .array(
      z.object({
        vertex: text,
        msg: z.instanceof(Uint8Array).default(() => new Uint8Array()),
      }),
    )
    .default([]),
});

export type Trace = z.infer<typeof traceSchema>;
export type Vertex = Trace['vertexes'][number];

const lineSchema = z.object({ id: z.literal(TRACE_ID), aux: z.string() });

/** Null when the line is none of BuildKit's. Throws when it is one and can't be read. */
export function readTrace(line: unknown): Trace | null {
  const parsed = lineSchema.safeParse(line);
  if (!parsed.success) return null;
  const message = statusResponse.decode(Buffer.from(parsed.data.aux, 'base64'));
  return traceSchema.parse(statusResponse.toObject(message, { longs: Number }));
}
