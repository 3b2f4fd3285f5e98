/**
 * Secrets that were typed, in memory and, where the person asked for it, in the keychain. Private fields and
 * an `inspect` of its own: nothing that prints or serialises this object can show one.
 */
import { inspect } from 'node:util';
import type { SignInAnswer } from '../../../preload/contract';
import type { Log } from '../log';
import type { Keychain } from './ssh/face';

export type Keep = Extract<SignInAnswer, { kind: 'secret' }>['keep'];

export class RememberedSecrets {
  readonly #byKey = new Map<string, string>();
  readonly #keychain: Keychain;
  readonly #log: Log;

  constructor(keychain: Keychain, log: Log) {
    this.#keychain = keychain;
    this.#log = log;
  }

  /** From memory, else from the keychain; null when it has to be asked for. */
  async read(key: string): Promise<string | null> {
    const known = this.#byKey.get(key) ?? (await this.#keychain.read(key));
    if (known !== null) this.#byKey.set(key, known);
    return known;
  }

  /** A weak keychain is written to only by the explicit choice of one. One that fails costs no sign-in. */
  async remember(key: string, secret: string, keep: Keep): Promise<void> {
    this.#byKey.set(key, secret);
    if (keep === 'memory') return;
    const allowed = keep === 'weak-keychain' ? this.#keychain.strength !== 'none' : this.#isStrong();
    if (!allowed) return;
    await this.#keychain.write(key, secret).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.warn('The keychain did not take a secret; it stays in memory', { reason });
    });
  }

  async forget(key: string): Promise<void> {
    this.#byKey.delete(key);
    await this.#keychain.remove(key);
  }

  async forgetAll(prefix: string): Promise<void> {
    const kept = [...this.#byKey.keys(), ...(await this.#keychain.keys())];
    const gone = new Set(kept.filter((key) => key.startsWith(prefix)));
    await Promise.all([...gone].map((key) => this.forget(key)));
  }

  #isStrong(): boolean {
    return this.#keychain.strength === 'strong';
  }

  toJSON(): string {
    return 'RememberedSecrets';
  }

  [inspect.custom](): string {
    return 'RememberedSecrets';
  }
}
