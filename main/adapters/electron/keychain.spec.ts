import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const safeStorage = vi.hoisted(() => ({
  isEncryptionAvailable: vi.fn(() => true),
  getSelectedStorageBackend: vi.fn(() => 'gnome_libsecret'),
  setUsePlainTextEncryption: vi.fn(),
  encryptString: vi.fn((text: string) => Buffer.from([...text].reverse().join(''))),
  decryptString: vi.fn((sealed: Buffer) => [...sealed.toString()].reverse().join('')),
}));
vi.mock('electron', () => ({ safeStorage }));

import { createKeychain } from './keychain';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bz-keychain-'));
  file = join(folder, 'data/keychain.json');
  vi.clearAllMocks();
});
afterEach(() => rm(folder, { recursive: true }));

describe('the keychain of the operating system', () => {
  it('is not touched before somebody signs in, nor to look for what was never kept', async () => {
    const keychain = createKeychain(file);
    expect(await keychain.read('a')).toBeNull();
    await keychain.remove('a');
    expect(await keychain.keys()).toEqual([]);
    for (const call of Object.values(safeStorage)) expect(call).not.toHaveBeenCalled();
  });

  it('keeps secrets encrypted in a file for the owner alone, until they are removed', async () => {
    const keychain = createKeychain(file);
    await Promise.all([keychain.write('a', 'first-secret'), keychain.write('b', 'second-secret')]);
    expect(await readFile(file, 'utf8')).not.toContain('secret');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const later = createKeychain(file);
    expect(await later.read('a')).toBe('first-secret');
    await later.remove('a');
    expect(await later.keys()).toEqual(['b']);
    expect(await later.read('a')).toBeNull();
  });

  it('answers null for what another key sealed, and for a damaged file', async () => {
    const keychain = createKeychain(file);
    await keychain.write('a', 'x');
    safeStorage.decryptString.mockImplementationOnce(() => {
      throw new Error('wrong key');
    });
    expect(await keychain.read('a')).toBeNull();
    await writeFile(file, 'not json');
    expect(await keychain.read('a')).toBeNull();
  });

  it.each([
    [true, 'gnome_libsecret', 'strong'],
    [false, 'basic_text', 'weak'],
    [false, 'gnome_libsecret', 'none'],
  ] as const)('available %s with %s is %s', async (available, backend, strength) => {
    safeStorage.isEncryptionAvailable.mockReturnValue(available);
    safeStorage.getSelectedStorageBackend.mockReturnValue(backend);
    const platform = vi.spyOn(process, 'platform', 'get').mockReturnValue('linux');
    const keychain = createKeychain(file);
    expect(keychain.strength).toBe(strength);
    expect(safeStorage.setUsePlainTextEncryption).not.toHaveBeenCalled();
    await keychain.write('a', 'x');
    expect(safeStorage.setUsePlainTextEncryption).toHaveBeenCalledTimes(strength === 'weak' ? 1 : 0);
    platform.mockRestore();
    safeStorage.isEncryptionAvailable.mockReturnValue(true);
  });
});
