/** `docker compose` v2, to see our projects through its eyes and the other way round. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { obtainComposeReference } from '../../main/bootstrap/compose-reference.mjs';

const run = promisify(execFile);

export type ComposeCommand = (...words: string[]) => Promise<string>;

/** Answers what a command prints on the engine at `endpoint`. Obtained where `npm test` has not done so already. */
export async function composeCommand(endpoint: string): Promise<ComposeCommand> {
  const { docker, configDirectory } = await obtainComposeReference();
  const env = { ...process.env, DOCKER_HOST: endpoint, DOCKER_CONFIG: configDirectory };
  return async (...words) => (await run(docker, ['compose', ...words], { env })).stdout;
}
