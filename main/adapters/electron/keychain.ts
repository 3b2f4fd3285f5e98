/**
 * The Keychain port over Electron's safeStorage. What it encrypts lies in one file of ours; the key to it is
 * with the operating system. A locked keyring may block, so the first call is made when somebody signs in.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { safeStorage } from 'electron';
import { z } from 'zod';
import type { Keychain } from '../../services/hosts/ssh/face';

const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
/** Chrome encrypts with a fixed key then: whoever can read the file can read what is in it. */
const WEAK_BACKEND = 'basic_text';

/** Key to encrypted secret, base64. */
const fileSchema = z.record(z.string(), z.string());
type Kept = z.infer<typeof fileSchema>;

export function createKeychain(file: string): Keychain {
  let writing: Promise<void> = Promise.resolve();

  function change(edit: (kept: Kept) => Kept): Promise<void> {
    const done = writing.then(async () => write(file, edit(await read(file))));
    writing = done.catch(() => undefined);
    return done;
  }

  return {
    get strength() {
      return strengthOf();
    },
    async read(key) {
      const encrypted = (await read(file))[key];
      return encrypted === undefined ? null : decrypt(encrypted);
    },
    async write(key, secret) {
      unlock();
      const encrypted = safeStorage.encryptString(secret).toString('base64');
      await change((kept) => ({ ...kept, [key]: encrypted }));
    },
    async remove(key) {
      if (!(key in (await read(file)))) return;
      await change(({ [key]: _, ...kept }) => kept);
    },
    keys: async () => Object.keys(await read(file)),
  };
}

function isWeak(): boolean {
  return process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === WEAK_BACKEND;
}

function strengthOf(): Keychain['strength'] {
  if (isWeak()) return 'weak';
  return safeStorage.isEncryptionAvailable() ? 'strong' : 'none';
}

/** The weak one encrypts only after this word; whoever writes to it was asked before. */
function unlock(): void {
  if (isWeak()) safeStorage.setUsePlainTextEncryption(true);
}

/** Null when the operating system has another key than the one it was encrypted with. */
function decrypt(encrypted: string): string | null {
  try {
    unlock();
    return safeStorage.decryptString(Buffer.from(encrypted, 'base64'));
  } catch {
    return null;
  }
}

/** A file that is missing or damaged holds nothing: the secret is asked for again. */
async function read(file: string): Promise<Kept> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return {};
  }
}

async function write(file: string, kept: Kept): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: OWNER_ONLY_FOLDER });
  const unfinished = `${file}.${process.pid}.new`;
  await writeFile(unfinished, `${JSON.stringify(kept)}\n`, { mode: OWNER_ONLY_FILE });
  await rename(unfinished, file);
}
