import { readFile } from 'node:fs/promises';
import type { ComposeFileObject, ComposeProject } from '../stacks/compose-file/model';
import { isSecretName } from './mask';

/** A shorter value of a variable is too likely to be an ordinary word that occurs elsewhere. */
const SHORTEST_VARIABLE_SECRET = 8;

/** Larger files are archives or key stores that never turn up inside a value. */
const LARGEST_SECRET_BYTES = 64 * 1024;

/**
 * Contents of every secret the project declares, and the values of variables whose names say that
 * they hold one: what has to be masked wherever it turns up. A file that is missing adds nothing.
 */
export async function knownSecretValues(
  project: ComposeProject,
  environment: Record<string, string | undefined>,
): Promise<string[]> {
  const declared = await Promise.all(
    Object.values(project.secrets).map((secret) => contents(secret, environment)),
  );
  return [...declared.flat(), ...variableSecrets(project)];
}

async function contents(
  secret: ComposeFileObject,
  environment: Record<string, string | undefined>,
): Promise<string[]> {
  if (secret.content !== undefined) return forms(secret.content);
  if (secret.environment !== undefined) return forms(environment[secret.environment] ?? '');
  if (secret.file === undefined) return [];
  const text = await readFile(secret.file, 'utf8').catch(() => '');
  return text.length > LARGEST_SECRET_BYTES ? [] : forms(text);
}

/** Programs differ in whether they trim the file, so both forms are secret. */
function forms(text: string): string[] {
  return [text, text.trim()].filter((form) => form.trim() !== '');
}

function variableSecrets(project: ComposeProject): string[] {
  return Object.values(project.services).flatMap((service) =>
    Object.entries(service.environment).flatMap(([name, value]) =>
      value !== null && value.length >= SHORTEST_VARIABLE_SECRET && isSecretName(name) ? [value] : [],
    ),
  );
}
