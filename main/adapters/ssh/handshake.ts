/** From a connected socket to a signed-in client: banner, host key, sign-in, each a hop with its own time limit. */
import type { Duplex } from 'node:stream';
import { DomainError } from '../../services/errors';
import type { HostTrust, SignInPrompts, SshTarget } from '../../services/hosts/ssh/face';
import { createDeferred } from '../../streams/deferred';
import type { Client, NextAuthHandler, Ssh2 } from './driver';
import { advised, type Finding, type HopLog, hopFailure } from './hops';
import { presentedKey, requireTrust, sortAlgorithms } from './host-key';
import { type Attempts, attempts, createSignInState, type OpenedKeys, type SignInState } from './sign-in';
import {
  bannerTimeout,
  closedBeforeBanner,
  keyExchangeFailure,
  machineOf,
  sanitise,
  seconds,
  signInCut,
} from './words';

export interface Credentials {
  hostId: string;
  trust: HostTrust;
  prompts: SignInPrompts;
  opened: OpenedKeys;
}

export interface HandshakeOptions extends Credentials {
  driver: Ssh2;
  target: SshTarget;
  socket: Duplex;
  log: HopLog;
  signal: AbortSignal;
}

type Phase = 'banner' | 'host-key' | 'sign-in';

const BANNER_LIMIT_BYTES = 8 * 1024;
const BANNER_LINE = /^SSH-[^\r\n]*/m;

/** Resolves with the identification line; keeps what was said until then for messages. */
function tapBanner(socket: Duplex): { line: Promise<string>; seen: () => boolean; said: () => string } {
  let said = '';
  let seen = false;
  const line = new Promise<string>((resolve) => {
    const onData = (chunk: Buffer) => {
      said += chunk.toString('latin1');
      const found = BANNER_LINE.exec(said)?.[0];
      const complete = found !== undefined && said.includes('\n', said.indexOf(found));
      seen ||= complete;
      if (complete) resolve(found);
      if (complete || said.length > BANNER_LIMIT_BYTES) socket.off('data', onData);
    };
    socket.on('data', onData);
  });
  return { line, seen: () => seen, said: () => said };
}

/** A time limit that stands still while a person is asked. */
function createPatience(limitMs: number, onElapsed: () => void) {
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    clearTimeout(timer);
    timer = setTimeout(onElapsed, limitMs);
  };
  return {
    start,
    stop: () => clearTimeout(timer),
    asking: (waiting: boolean) => (waiting ? clearTimeout(timer) : start()),
  };
}

function authRequired(options: HandshakeOptions, state: SignInState): DomainError<'AUTH_REQUIRED'> {
  const { target } = options;
  const offered = state.offered.filter((method) => method !== 'none');
  const shown = state.tried.length > 0 ? `Tried: ${state.tried.join(', ')}.` : 'Nothing could be tried.';
  const detail = `The server offers ${offered.join(', ') || 'no method'}. ${[shown, ...state.notes].join(' ')}`;
  const advice = `Add a key that ${target.user} may use there, or check the user name.`;
  const data = { host: options.hostId, user: target.user, offered, tried: state.tried, detail };
  return advised(
    new DomainError('AUTH_REQUIRED', data, `${machineOf(target)} refused the sign-in. ${detail} ${advice}`),
    advice,
  );
}

class Handshake {
  readonly client: Client;
  readonly #options: HandshakeOptions;
  readonly #banner: ReturnType<typeof tapBanner>;
  readonly #state = createSignInState();
  readonly #attempts: Attempts;
  readonly #keyAccepted = createDeferred<string>();
  readonly #ready = createDeferred<string>();
  readonly #failed = createDeferred<never>();
  readonly #patience;
  #phase: Phase = 'banner';
  #trusted = '';
  /** What the server shows before the sign-in; some say there that an account has expired. */
  #notice = '';

  constructor(options: HandshakeOptions) {
    this.#options = options;
    this.client = new options.driver.Client();
    this.#banner = tapBanner(options.socket);
    this.#patience = createPatience(options.target.connectTimeoutMs, () => this.#elapsed());
    this.#attempts = attempts(
      {
        ...options,
        asking: (waiting) => this.#patience.asking(waiting),
        fail: (error) => this.#fail(error),
      },
      this.#state,
    );
  }

  async run(knownTypes: string[]): Promise<void> {
    const { log, target, signal } = this.#options;
    const machine = machineOf(target);
    const onAbort = () => this.#fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      this.#listen();
      this.#connect(knownTypes);
      await log.step('banner', machine, () =>
        this.#within('banner', this.#banner.line, (line) => sanitise(line)),
      );
      await log.step('host-key', machine, () => this.#within('host-key', this.#keyAccepted.promise));
      await log.step('sign-in', machine, () => this.#within('sign-in', this.#ready.promise));
    } catch (error) {
      this.client.destroy();
      this.#options.socket.destroy();
      throw error;
    } finally {
      this.#patience.stop();
      signal.removeEventListener('abort', onAbort);
      if (signal.aborted) this.client.destroy();
    }
  }

  async #within(
    phase: Phase,
    done: Promise<string>,
    words = (found: string) => found,
  ): Promise<{ value: string; finding: string }> {
    this.#phase = phase;
    this.#patience.start();
    const value = await Promise.race([done, this.#failed.promise]);
    return { value, finding: words(value) };
  }

  #connect(knownTypes: string[]): void {
    const { target, socket } = this.#options;
    this.client.connect({
      sock: socket,
      username: target.user,
      readyTimeout: 0,
      keepaliveInterval: 0,
      strictVendor: false,
      algorithms: { serverHostKey: sortAlgorithms(knownTypes) },
      hostVerifier: (blob: Buffer, verdict: (trusted: boolean) => void) => void this.#verify(blob, verdict),
      authHandler: (offered, partial, next) => void this.#nextAttempt(offered ?? [], partial ?? false, next),
    });
  }

  #listen(): void {
    const { client } = this;
    client.on('error', (error) => this.#onError(error));
    client.once('close', () => this.#onClose(''));
    client.on('banner', (text) => {
      this.#notice = text;
    });
    client.on('change password', () => this.#onClose('The password has expired and has to be changed'));
    client.once('handshake', () => this.#keyAccepted.resolve(this.#trusted));
    client.once('ready', () => this.#ready.resolve(`Signed in with ${this.#state.current}.`));
  }

  async #verify(blob: Buffer, verdict: (trusted: boolean) => void): Promise<void> {
    const key = presentedKey(blob);
    const { hostId, target, trust, prompts, signal } = this.#options;
    this.#patience.asking(true);
    try {
      const how = await requireTrust({ hostId, target, trust, prompts, signal }, key);
      this.#trusted = `${key.type} ${key.fingerprint}, ${how}.`;
      this.#patience.asking(false);
      verdict(true);
    } catch (error) {
      this.#fail(error);
      verdict(false);
    }
  }

  async #nextAttempt(offered: string[], partial: boolean, next: NextAuthHandler): Promise<void> {
    if (offered.length > 0) this.#state.offered = offered;
    if (partial) this.#state.partial = true;
    this.#patience.start();
    try {
      const step = await this.#attempts.next();
      // Never answered when there is no attempt left: the client is ended instead.
      if (step.done) this.#fail(authRequired(this.#options, this.#state));
      else next(step.value);
    } catch (error) {
      this.#fail(error);
    }
  }

  #onError(error: Error & { level?: string }): void {
    // A key the agent would not sign with, or one of a broken file: the next attempt follows by itself.
    if (error.level === 'agent' || error.level === 'client-authentication') {
      this.#state.notes.push(`${this.#state.current}: ${sanitise(error.message)}.`);
      return;
    }
    this.#onClose(error.message, error);
  }

  #onClose(message: string, cause?: Error): void {
    const phase = this.#reached();
    const finding = this.#closeFinding(phase, message);
    this.#fail(hopFailure(phase, machineOf(this.#options.target), finding, cause));
  }

  /** What follows the banner may come in the same packet, and fail before anybody has gone on from the banner. */
  #reached(): Phase {
    return this.#phase === 'banner' && this.#banner.seen() ? 'host-key' : this.#phase;
  }

  #closeFinding(phase: Phase, message: string): Finding {
    if (phase === 'banner') return closedBeforeBanner(this.#banner.said());
    if (phase === 'host-key') return keyExchangeFailure(message || 'the server closed the connection');
    return signInCut(message || (/expired|locked/i.test(this.#notice) ? this.#notice : ''));
  }

  #elapsed(): void {
    const { target } = this.#options;
    const limit = target.connectTimeoutMs;
    const slow: Finding = {
      finding: `The server did not go on within ${seconds(limit)}.`,
      advice: 'The machine may be overloaded. Try again later.',
    };
    const finding = this.#phase === 'banner' ? bannerTimeout(limit, this.#banner.said()) : slow;
    this.#fail(hopFailure(this.#phase, machineOf(target), finding));
  }

  #fail(error: unknown): void {
    this.#patience.stop();
    this.#failed.reject(error);
  }
}

/** Rejects with HOST_UNREACHABLE, HOST_KEY_UNKNOWN, HOST_KEY_CHANGED, AUTH_REQUIRED or CANCELLED; the socket is closed then. */
export async function signIn(options: HandshakeOptions): Promise<Client> {
  const known = await options.trust.knownTypes(options.target);
  const handshake = new Handshake(options);
  await handshake.run(known);
  return handshake.client;
}
