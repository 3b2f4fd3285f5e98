/** A command inside a container. Always hijacked: without it the end of stdin is lost on the way. */
import type { Duplex } from 'node:stream';
import type { EnginePort, ExecResult } from '../../services/hosts/engine';
import { createFrameParser } from '../../streams/docker-frames';
import { bytesOf } from './bytes';
import type { EngineClient } from './client';
import { translate } from './failures';
import { execCreatedSchema, execInspectSchema } from './schemas';

/** Of stdout and stderr together; what comes after is read and dropped, so that the command can finish. */
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

async function collect(socket: Duplex): Promise<{ stdout: string; stderr: string }> {
  const parser = createFrameParser();
  const parts: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  let kept = 0;
  for await (const chunk of bytesOf(socket))
    for (const frame of parser.push(chunk)) {
      if (kept < MAX_OUTPUT_BYTES) parts[frame.stream].push(Buffer.from(frame.payload));
      kept += frame.payload.length;
    }
  return {
    stdout: Buffer.concat(parts.stdout).toString('utf8'),
    stderr: Buffer.concat(parts.stderr).toString('utf8'),
  };
}

export function createExecCall(client: EngineClient): Pick<EnginePort, 'exec'> {
  async function start(execId: string, operation: string, signal?: AbortSignal): Promise<Duplex> {
    return client.hijack({
      operation,
      method: 'POST',
      path: `/exec/${execId}/start`,
      json: { Detach: false, Tty: false },
      signal,
    });
  }

  async function exec(id: string, command: string[], signal?: AbortSignal): Promise<ExecResult> {
    const operation = `Run ${command[0] ?? ''} in container ${client.names.of(id)}`;
    const { Id: execId } = await client.json(execCreatedSchema, {
      operation,
      method: 'POST',
      path: `/containers/${encodeURIComponent(id)}/exec`,
      json: { Cmd: command, AttachStdin: false, AttachStdout: true, AttachStderr: true, Tty: false },
      subject: { kind: 'container', name: client.names.of(id) },
      signal,
    });
    const socket = await start(execId, operation, signal);
    const output = await collect(socket)
      .catch((error: unknown) => {
        throw translate(client.options, operation, error, signal);
      })
      .finally(() => socket.destroy());
    const path = `/exec/${execId}/json`;
    const ended = await client.json(execInspectSchema, { operation, method: 'GET', path, signal });
    if (ended.ExitCode === null) throw client.lost(operation, signal);
    return { exitCode: ended.ExitCode, ...output };
  }
  return { exec };
}
