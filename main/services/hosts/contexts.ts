/** Reads the Docker CLI's own configuration: the current context and the stored ones. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const configSchema = z.looseObject({ currentContext: z.string().optional() });
const metaSchema = z.looseObject({
  Name: z.string(),
  Endpoints: z.looseObject({
    docker: z.looseObject({ Host: z.string(), SkipTLSVerify: z.boolean().optional() }).optional(),
  }),
});

export interface DockerContext {
  name: string;
  endpoint: string;
  tls: { directory: string; verify: boolean } | null;
}

export interface DockerConfiguration {
  /** Null when it is the built-in `default`. */
  currentContext: string | null;
  contexts: DockerContext[];
  /** Files that are there and can't be understood, each with the reason. */
  problems: string[];
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : JSON.parse(text);
}

/** The CLI names a context's folders by the SHA-256 of its name. */
function folderOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

async function readContext(directory: string, folder: string): Promise<DockerContext | null> {
  const meta = metaSchema.parse(await readJson(join(directory, 'contexts/meta', folder, 'meta.json')));
  const docker = meta.Endpoints.docker;
  if (!docker) return null;
  const tlsDirectory = join(directory, 'contexts/tls', folderOf(meta.Name), 'docker');
  const files = await readdir(tlsDirectory).catch(() => []);
  const tls = files.length > 0 ? { directory: tlsDirectory, verify: docker.SkipTLSVerify !== true } : null;
  return { name: meta.Name, endpoint: docker.Host, tls };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
}

async function attempt<T>(what: string, problems: string[], read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    problems.push(`${what}: ${reasonOf(error)}`);
    return null;
  }
}

/** `directory` is DOCKER_CONFIG or `~/.docker`. Never rejects: what can't be read is listed in `problems`. */
export async function readDockerConfiguration(directory: string): Promise<DockerConfiguration> {
  const problems: string[] = [];
  const configPath = join(directory, 'config.json');
  const config = await attempt(configPath, problems, async () =>
    configSchema.parse((await readJson(configPath)) ?? {}),
  );
  const folders = await readdir(join(directory, 'contexts/meta')).catch(() => []);
  const contexts = await Promise.all(
    folders
      .sort()
      .map((folder) => attempt(`context ${folder}`, problems, () => readContext(directory, folder))),
  );
  const current = config?.currentContext ?? '';
  return {
    currentContext: current === '' || current === 'default' ? null : current,
    contexts: contexts.filter((context) => context !== null),
    problems,
  };
}
