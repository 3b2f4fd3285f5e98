/**
 * A channel that behaves as a socket. ssh2's own channels never become `destroyed`, swallow the error they are
 * destroyed with, leave a write without an answer once the other side closed, and lack what node:http asks of
 * a socket.
 */
import { Duplex } from 'node:stream';
import type { ClientChannel } from './driver';

export interface ChannelSocketOptions {
  /** Keep our side open when the other one ends, as programs need; a socket ends with its peer. */
  allowHalfOpen: boolean;
  /** The end of what is read waits for it, and becomes an error where it rejects. */
  whole?: Promise<void>;
  /** http's agent lets a socket go idle with `unref` and takes it back with `ref`. */
  onIdle?: (idle: boolean) => void;
}

export class ChannelSocket extends Duplex {
  readonly #channel: ClientChannel;
  readonly #onIdle: ((idle: boolean) => void) | undefined;
  readonly #whole: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timeoutMs = 0;

  constructor(channel: ClientChannel, options: ChannelSocketOptions) {
    super({ allowHalfOpen: options.allowHalfOpen });
    this.#channel = channel;
    this.#onIdle = options.onIdle;
    this.#whole = options.whole;
    channel.on('data', (chunk: Buffer) => {
      this.#touch();
      if (!this.push(chunk)) channel.pause();
    });
    channel.on('end', () => this.#onceWhole(() => this.push(null)));
    channel.on('close', () => this.#onceWhole(() => this.#closed()));
    channel.on('error', (error: Error) => this.destroy(error));
  }

  override _read(): void {
    this.#channel.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#touch();
    this.#channel.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#channel.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    // Nobody reads any more, and an unread channel would never say that it closed.
    this.#channel.removeAllListeners('data');
    this.#channel.resume();
    this.#channel.close();
    done(error);
  }

  #onceWhole(step: () => void): void {
    if (!this.#whole) step();
    else this.#whole.then(step, (torn: Error) => this.destroy(torn));
  }

  #closed(): void {
    if (this.destroyed) return;
    if (!this.readableEnded) this.push(null);
    // What is still unwritten has nowhere to go.
    if (!this.writableFinished) this.#endWriting();
  }

  #endWriting(): void {
    if (this.writableLength > 0) this.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    else this.end();
  }

  #touch(): void {
    if (this.#timeoutMs > 0) this.setTimeout(this.#timeoutMs);
  }

  setTimeout(milliseconds: number, onTimeout?: () => void): this {
    clearTimeout(this.#timer);
    this.#timeoutMs = milliseconds;
    if (onTimeout) this.once('timeout', onTimeout);
    if (milliseconds > 0) {
      this.#timer = setTimeout(() => this.emit('timeout'), milliseconds);
      this.#timer.unref();
    }
    return this;
  }

  /** The connection below has its own keep-alive and sends without delay. */
  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  ref(): this {
    this.#onIdle?.(false);
    return this;
  }

  unref(): this {
    this.#onIdle?.(true);
    return this;
  }

  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }
}
