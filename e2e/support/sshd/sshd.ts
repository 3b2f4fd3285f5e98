import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port';
import { until } from '../until';
import { configurationText, type SshdOptions } from './configuration';
import { createKey, type KeyFile, type KeyOptions } from './keys';
import { createLog, type Log } from './log';
import { sessionProcesses, signalAll } from './processes';

export type { SshdOptions } from './configuration';

const PROGRAM = '/usr/sbin/sshd';
/** sshd's own words: `Server listening on 127.0.0.1 port …`. */
const LISTENING = /^Server listening on/;

export interface Sshd extends AsyncDisposable {
  host: string;
  port: number;
  /** Who signs in: the user the test runs as. */
  user: string;
  /** A temporary folder for a test's own files, gone at the end. */
  directory: string;
  /** In use now; others after `restart({ newHostKey: true })`. */
  readonly hostKeys: readonly KeyFile[];
  log: Log;
  readonly counts: {
    /** TCP connections it took. */
    connections: number;
    /** Completed sign-ins: one for each whole handshake. */
    signIns: number;
  };
  /** Makes a key and authorizes it, unless told not to; `options` are put before it in authorized_keys. */
  addKey(options?: KeyOptions & { authorize?: boolean; restrictions?: string }): Promise<KeyFile>;
  /** Listener and sessions die at once, as when the machine's sshd crashes; `restart` brings it back. */
  kill(): Promise<void>;
  /** Only the listener dies: sessions go on, new connections are refused. */
  killListener(): Promise<void>;
  /** The sessions die at once, the listener takes new ones. Answers how many processes were killed. */
  killSessions(): Promise<number>;
  /** Stops everything without a word (the TCP handshake still succeeds) until `thaw`. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Ends what runs and starts on the same port, with further options on top of the first ones. */
  restart(change?: { newHostKey?: boolean; options?: SshdOptions }): Promise<void>;
}

interface Site {
  directory: string;
  port: number;
  options: SshdOptions;
  hostKeys: KeyFile[];
  authorized: string[];
  keys: number;
}

async function createHostKeys(site: Site): Promise<KeyFile[]> {
  const types = site.options.hostKeyTypes ?? ['ed25519'];
  return Promise.all(types.map((type) => createKey(nextKeyPath(site, 'host'), { type, comment: 'host' })));
}

function nextKeyPath(site: Site, purpose: string): string {
  site.keys += 1;
  return join(site.directory, `${purpose}-${site.keys}`);
}

async function writeAuthorized(site: Site): Promise<void> {
  await writeFile(
    join(site.directory, 'authorized_keys'),
    site.authorized.map((line) => `${line}\n`).join(''),
  );
}

async function writeConfiguration(site: Site): Promise<string> {
  const path = join(site.directory, 'sshd_config');
  const banner = join(site.directory, 'banner');
  const files = {
    hostKeys: site.hostKeys.map((key) => key.path),
    authorizedKeys: join(site.directory, 'authorized_keys'),
    banner,
  };
  await writeFile(banner, site.options.banner ?? '');
  await writeFile(path, configurationText(site.options, site.port, files));
  return path;
}

async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Starts the program and resolves when it listens. */
async function launch(site: Site, log: ReturnType<typeof createLog>): Promise<ChildProcess> {
  const listening = log.count(LISTENING);
  const configuration = await writeConfiguration(site);
  const child = spawn(PROGRAM, ['-D', '-e', '-f', configuration], { stdio: ['ignore', 'ignore', 'pipe'] });
  log.follow(child.stderr);
  await until('sshd listens', () => {
    if (child.exitCode !== null) throw new Error(`sshd ended:\n${log.lines.slice(-20).join('\n')}`);
    return log.count(LISTENING) > listening;
  });
  return child;
}

/** Needs openssh-server and openssh-client; as root also the folder /run/sshd, which it makes. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true });
  const directory = await mkdtemp(join(tmpdir(), 'bz-sshd-'));
  const site: Site = { directory, port: await freePort(), options, hostKeys: [], authorized: [], keys: 0 };
  site.hostKeys = await createHostKeys(site);
  await writeAuthorized(site);
  const log = createLog();
  let listener = await launch(site, log);
  let orphans: number[] = [];
  const sessions = () => sessionProcesses([listener.pid ?? 0, ...orphans]);

  async function kill(): Promise<void> {
    const { all } = await sessions();
    listener.kill('SIGKILL');
    signalAll(all, 'SIGKILL');
    await exited(listener);
    orphans = [];
  }
  return {
    host: '127.0.0.1',
    port: site.port,
    user: userInfo().username,
    directory,
    get hostKeys() {
      return site.hostKeys;
    },
    log,
    get counts() {
      return { connections: log.count(/^Connection from /), signIns: log.count(/^Accepted \S+ for /) };
    },
    async addKey({ authorize = true, restrictions = '', ...key } = {}) {
      const made = await createKey(nextKeyPath(site, 'user'), key);
      if (authorize) site.authorized.push(`${restrictions} ${made.publicLine}`.trim());
      await writeAuthorized(site);
      return made;
    },
    kill,
    async killListener() {
      orphans = (await sessions()).servers;
      listener.kill('SIGKILL');
      await exited(listener);
    },
    async killSessions() {
      const { servers } = await sessions();
      signalAll(servers, 'SIGKILL');
      return servers.length;
    },
    async freeze() {
      listener.kill('SIGSTOP');
      signalAll((await sessions()).all, 'SIGSTOP');
    },
    async thaw() {
      signalAll((await sessions()).all, 'SIGCONT');
      listener.kill('SIGCONT');
    },
    async restart({ newHostKey = false, options: further = {} } = {}) {
      await kill();
      site.options = { ...site.options, ...further };
      if (newHostKey || further.hostKeyTypes) site.hostKeys = await createHostKeys(site);
      listener = await launch(site, log);
    },
    async [Symbol.asyncDispose]() {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
