/** What differs between the window, the command line and a test; handed to console.ts so that it never imports Electron. */
import { randomBytes } from 'node:crypto';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { noKeychain } from './adapters/no-keychain';
import type { Keychain } from './services/hosts/ssh/face';

export interface Platform {
  /** Writable: journals, generated secrets of packaged stacks, window state. */
  dataDirectory: string;
  configDirectory: string;
  logDirectory: string;
  /** Where the built-in stacks are: `stacks/` of a checkout or of the packaged resources. */
  stacksDirectory: string;
  /** Names this console in the apply lock: user@machine, pid and a random part. */
  owner: string;
  homeDirectory: string;
  environment: Record<string, string | undefined>;
  version: string;
  /** The operating system's, in the window; none on the command line. */
  keychain: Keychain;
}

export interface PlatformFacts {
  stacksDirectory: string;
  version: string;
  environment: Record<string, string | undefined>;
}

/**
 * The operating system's own places, the same for window and command line so that both see one
 * journal. `BIZOSAAS_HOME` puts everything under one folder (portable installs, tests).
 */
export function createPlatform(facts: PlatformFacts): Platform {
  const directories = directoriesFor(facts.environment.BIZOSAAS_HOME);
  return { ...facts, ...directories, owner: consoleOwner(), homeDirectory: homedir(), keychain: noKeychain };
}

function directoriesFor(home: string | undefined) {
  if (home) {
    return {
      dataDirectory: join(home, 'data'),
      configDirectory: join(home, 'config'),
      logDirectory: join(home, 'log'),
    };
  }
  const paths = envPaths('bizosaas-console', { suffix: '' });
  return { dataDirectory: paths.data, configDirectory: paths.config, logDirectory: paths.log };
}

function consoleOwner(): string {
  return `${userName()}@${hostname()} pid ${process.pid} ${randomBytes(3).toString('hex')}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a passwd entry, as in a user namespace.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
