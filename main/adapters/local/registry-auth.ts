/** Credentials of registries as `docker login` left them: in config.json or in a credential helper. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { RegistryAuth } from '../engine-api';

const DOCKER_HUB = 'https://index.docker.io/v1/';
/** A locked keyring may wait for its owner; a pull must not. */
const HELPER_LIMIT_MS = 10_000;
/** What helpers answer as the user name of a token. */
const TOKEN_USER = '<token>';

const configSchema = z.looseObject({
  auths: z
    .record(z.string(), z.looseObject({ auth: z.string().optional(), identitytoken: z.string().optional() }))
    .optional(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
});
type Config = z.infer<typeof configSchema>;
const helperSchema = z.looseObject({ Username: z.string(), Secret: z.string() });

interface Credentials {
  username?: string;
  password?: string;
  identitytoken?: string;
}

/** The first part of a reference is a registry when it looks like a host name. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost && first !== 'docker.io' ? first : DOCKER_HUB;
}

function fromConfig(config: Config, registry: string): Credentials | null {
  const entry = config.auths?.[registry] ?? config.auths?.[`https://${registry}`];
  if (entry?.identitytoken) return { identitytoken: entry.identitytoken };
  if (!entry?.auth) return null;
  const [username = '', ...password] = Buffer.from(entry.auth, 'base64').toString('utf8').split(':');
  return { username, password: password.join(':') };
}

/** Null when the helper knows nothing or can't be asked: the pull then goes without, as docker's does. */
function askHelper(
  helper: string,
  registry: string,
  environment: Record<string, string | undefined>,
): Promise<Credentials | null> {
  return new Promise((resolve) => {
    const options = { timeout: HELPER_LIMIT_MS, env: environment };
    // As in ./run: not imported, because few commands come here.
    const { execFile } = process.getBuiltinModule('node:child_process');
    const child = execFile(`docker-credential-${helper}`, ['get'], options, (error, stdout) => {
      const parsed = error ? null : helperSchema.safeParse(readJson(stdout));
      if (!parsed?.success) return resolve(null);
      const { Username: username, Secret: password } = parsed.data;
      resolve(username === TOKEN_USER ? { identitytoken: password } : { username, password });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(registry);
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The engine takes a header without the padding, which Node's base64url leaves out, for no header at all. */
function paddedBase64Url(text: string): string {
  return Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

/** `directory` is DOCKER_CONFIG or `~/.docker`. Reads the file at every call: a login may happen in between. */
export function createRegistryAuth(
  directory: string,
  environment: Record<string, string | undefined>,
): RegistryAuth {
  return async (reference) => {
    const text = await readFile(join(directory, 'config.json'), 'utf8').catch(() => '');
    const config = configSchema.safeParse(readJson(text));
    if (!config.success) return null;
    const registry = registryOf(reference);
    const helper = config.data.credHelpers?.[registry] ?? config.data.credsStore;
    const found = helper ? await askHelper(helper, registry, environment) : null;
    const credentials = found ?? fromConfig(config.data, registry);
    if (!credentials) return null;
    return paddedBase64Url(JSON.stringify({ ...credentials, serveraddress: registry }));
  };
}
