import type { HostSession } from '../../main/services/hosts/host-session';

/** What only tests do to an engine, through Docker's own command line; the port offers what the console needs. Answers what was printed. */
export async function docker(
  session: Pick<HostSession, 'run' | 'endpoint'>,
  ...words: string[]
): Promise<string> {
  const at = session.endpoint.startsWith('unix:') ? ['--host', session.endpoint] : [];
  const { exitCode, stdout, stderr } = await session.run('docker', [...at, ...words]);
  if (exitCode !== 0) throw new Error(`docker ${words.join(' ')} ended with ${exitCode}: ${stderr}`);
  return stdout;
}
