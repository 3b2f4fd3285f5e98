/**
 * What an SSH client sends, read until it turns encryption on: its identification, the kinds of its
 * clear messages and their bytes. From NEWKEYS on only counted: nothing after it can be read, and
 * everything secret comes after it. RFC 4253 §4.2, §6, §7.3.
 */
const NEW_KEYS = 21;
const LENGTH_BYTES = 4;
const LINE_FEED = 0x0a;

export interface Transcript {
  /** `SSH-2.0-…` without its line end; null before it was sent whole. */
  readonly identification: string | null;
  /** Message numbers of RFC 4253 §12, in order: 20 KEXINIT, 30 ECDH_INIT, 21 NEWKEYS, 1 DISCONNECT. */
  readonly clearMessages: readonly number[];
  readonly clearBytes: Buffer;
  /** 0: no credential can have been sent. */
  readonly encryptedBytes: number;
}

export function createTranscript(): Transcript & { add(bytes: Buffer): void } {
  const clear: Buffer[] = [];
  const clearMessages: number[] = [];
  let identification: string | null = null;
  let encryptedBytes = 0;
  let encrypted = false;
  let rest: Buffer = Buffer.alloc(0);

  function take(length: number): Buffer {
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    clear.push(taken);
    return taken;
  }
  function takeIdentification(): boolean {
    const end = rest.indexOf(LINE_FEED);
    if (end < 0) return false;
    identification = take(end + 1)
      .toString('latin1')
      .trimEnd();
    return true;
  }
  /** Length, length of the padding, then the message, which begins with its number. */
  function takeMessage(): boolean {
    if (rest.length < LENGTH_BYTES) return false;
    const length = LENGTH_BYTES + rest.readUInt32BE(0);
    if (rest.length < length) return false;
    const kind = take(length)[LENGTH_BYTES + 1] ?? 0;
    clearMessages.push(kind);
    encrypted = kind === NEW_KEYS;
    return true;
  }

  return {
    get identification() {
      return identification;
    },
    clearMessages,
    get clearBytes() {
      return Buffer.concat([...clear, rest]);
    },
    get encryptedBytes() {
      return encryptedBytes;
    },
    add(bytes) {
      rest = Buffer.concat([rest, bytes]);
      while (!encrypted && (identification === null ? takeIdentification() : takeMessage()));
      if (!encrypted) return;
      encryptedBytes += rest.length;
      rest = Buffer.alloc(0);
    },
  };
}
