/** The Keychain port where none can be asked, as on the command line: secrets live in memory only. */
import type { Keychain } from '../../services/hosts/ssh/face';

export const noKeychain: Keychain = {
  strength: 'none',
  read: async () => null,
  write: async () => undefined,
  remove: async () => undefined,
  keys: async () => [],
};
