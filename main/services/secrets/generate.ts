import { randomBytes } from 'node:crypto';
import { link, mkdir, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DomainError } from '../errors';
import type { ComposeFileObject, ComposeProject } from '../stacks/compose-file/model';
import { EXTENSION_KEY, secretExtensionSchema } from '../stacks/extension';

const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** How many random bytes a secret asks to be made of; null when it is the user's to provide. */
export function generatedBytes(secret: ComposeFileObject): number | null {
  const extension = secretExtensionSchema.safeParse(secret.extensions[EXTENSION_KEY]);
  return extension.success && secret.file !== undefined ? extension.data.generate.bytes : null;
}

/**
 * Makes the missing secret files marked `x-bizosaas.generate`, hex encoded and readable by their
 * owner alone. A file that exists is never touched, also when two consoles do this at once.
 * Answers the names it made. Rejects with CONFLICT when a file can't be written.
 */
export async function ensureSecrets(project: ComposeProject): Promise<{ generated: string[] }> {
  const made = await Promise.all(
    Object.entries(project.secrets).map(async ([name, secret]) => {
      const bytes = generatedBytes(secret);
      if (bytes === null || secret.file === undefined || (await exists(secret.file))) return [];
      return (await make(secret.file, bytes)) ? [name] : [];
    }),
  );
  return { generated: made.flat() };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function make(path: string, bytes: number): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
    return await publish(path, randomBytes(bytes).toString('hex'));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const message = `The secret file ${path} could not be written: ${detail}. Make its folder writable, then try again.`;
    throw new DomainError('CONFLICT', { what: path, detail }, message, { cause: error });
  }
}

/** A hard link appears whole or not at all and fails when the name is taken, which a rename does not. */
async function publish(path: string, content: string): Promise<boolean> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, content, { mode: FILE_MODE, flag: 'wx', flush: true });
    await link(temporary, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
}
