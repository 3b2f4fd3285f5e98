/** The variables a project is read with: what the caller has, then `.env` or the files it names. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../../errors';
import type { Lookup } from '../interpolation/template';
import { parseDotenv } from './dotenv';

export type Environment = Record<string, string | undefined>;

/**
 * Reads the named files, or `.env` of the directory when none is named; a later file wins over an
 * earlier one, the environment wins over all. Rejects with NOT_FOUND for a named file that is missing.
 */
export async function projectEnvironment(
  environment: Environment,
  envFiles: string[],
  directory: string,
): Promise<Environment> {
  const fromFiles: Environment = {};
  const files = envFiles.length > 0 ? envFiles : [join(directory, '.env')];
  for (const path of files) {
    const text = await readEnvFile(path, envFiles.length > 0);
    const lookup: Lookup = (name) => environment[name] ?? fromFiles[name];
    if (text !== undefined) Object.assign(fromFiles, Object.fromEntries(parseDotenv({ path, text }, lookup)));
  }
  return { ...fromFiles, ...defined(environment) };
}

function defined(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
}

async function readEnvFile(path: string, named: boolean): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (!named) return undefined;
    const message = `The environment file ${path} cannot be read.`;
    throw new DomainError('NOT_FOUND', { kind: 'environment file', name: path }, message, { cause });
  }
}
