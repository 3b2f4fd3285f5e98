import { readFile } from 'node:fs/promises';
import type { ComposeFileObject, ComposeProject } from '../compose-file/model';
import { digest } from './canonical';

export type Environment = Record<string, string | undefined>;

/** The bytes of a secret or config; null when they can't be read. */
export async function fileObjectContent(
  object: ComposeFileObject,
  environment: Environment,
): Promise<Uint8Array | null> {
  if (object.content !== undefined) return Buffer.from(object.content);
  if (object.environment !== undefined) return environmentContent(environment[object.environment]);
  if (object.file === undefined) return null;
  return readFile(object.file).catch(() => null);
}

function environmentContent(value: string | undefined): Uint8Array | null {
  return value === undefined ? null : Buffer.from(value);
}

/** `secret:<name>` and `config:<name>` → hex SHA-256 of the content; null when it can't be read. */
export async function fileDigests(
  project: ComposeProject,
  environment: Environment,
): Promise<Record<string, string | null>> {
  const named = [
    ...Object.entries(project.secrets).map(([name, object]) => [`secret:${name}`, object] as const),
    ...Object.entries(project.configs).map(([name, object]) => [`config:${name}`, object] as const),
  ];
  const digests = named.map(async ([key, object]) => {
    const content = await fileObjectContent(object, environment);
    return [key, content === null ? null : digest(content)] as const;
  });
  return Object.fromEntries(await Promise.all(digests));
}
