/** A person's home folder with an SSH configuration of its own; the machine's real one is never read. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKey, type KeyFile } from './sshd';

const OWNER_ONLY_FOLDER = 0o700;
const OWNER_ONLY_FILE = 0o600;

export interface SshAlias {
  alias: string;
  port: number;
  user: string;
  identityFile: string;
}

export interface SshHome {
  /** For the console: this home and no agent. */
  environment: Record<string, string>;
  createKey(name: string, options?: Parameters<typeof createKey>[1]): Promise<KeyFile>;
  /** Each on 127.0.0.1. Replaces what was configured. */
  configure(aliases: readonly SshAlias[]): void;
  /** Empty while there is no such file. */
  knownHosts(): string;
}

/** Makes `.ssh` in an existing folder. */
export function createSshHome(home: string): SshHome {
  const folder = join(home, '.ssh');
  const known = join(folder, 'known_hosts');
  mkdirSync(folder, { mode: OWNER_ONLY_FOLDER });
  return {
    environment: { HOME: home, SSH_AUTH_SOCK: '' },
    createKey: (name, options) => createKey(join(folder, name), options),
    configure(aliases) {
      const path = join(folder, 'config');
      writeFileSync(path, aliases.map(block).join('\n'));
      chmodSync(path, OWNER_ONLY_FILE);
    },
    knownHosts: () => (existsSync(known) ? readFileSync(known, 'utf8') : ''),
  };
}

function block({ alias, port, user, identityFile }: SshAlias): string {
  return [
    `Host ${alias}`,
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    `  User ${user}`,
    `  IdentityFile ${identityFile}`,
    '  IdentitiesOnly yes',
    '',
  ].join('\n');
}
