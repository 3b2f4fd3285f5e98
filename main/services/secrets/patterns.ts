/** The one table that says which names hold secrets. Names are split into lower-case words first. */

/** A name with one of these words holds a secret… */
export const SECRET_WORDS = new Set([
  'cookie',
  'credential',
  'credentials',
  'dsn',
  'masterauth',
  'pass',
  'passcode',
  'passphrase',
  'passwd',
  'password',
  'passwords',
  'pin',
  'pw',
  'pwd',
  'requirepass',
  'salt',
  'secret',
  'secrets',
  'token',
  'tokens',
]);

/** …so does a longer name that ends in one of these: `REDISCLI_AUTH`, but not `AUTH_TIMEOUT`… */
export const SECRET_ENDINGS = new Set(['auth']);

/** …so does one where `key` follows one of these… */
export const KEY_QUALIFIERS = new Set([
  'access',
  'account',
  'api',
  'app',
  'encryption',
  'fernet',
  'jwt',
  'license',
  'master',
  'private',
  'rsa',
  'secret',
  'service',
  'session',
  'signing',
  'ssh',
]);

/** …unless it ends in a word that says it holds something about the secret. */
export const HARMLESS_ENDINGS = new Set([
  'algorithm',
  'backend',
  'bytes',
  'count',
  'days',
  'dir',
  'directory',
  'enabled',
  'expiry',
  'expires',
  'file',
  'header',
  'host',
  'hours',
  'length',
  'lifetime',
  'limit',
  'method',
  'mode',
  'minutes',
  'name',
  'path',
  'port',
  'seconds',
  'ttl',
  'type',
  'url',
  'uri',
  'version',
]);

/** Spelt in one word by common programs. */
export const JOINED_SECRET = /(password|passwd|passphrase|secret|apikey|privatekey|accesskey|authtoken)/;

/** Shell and compose variables that only look like one. */
export const EXACT_EXCEPTIONS = new Set(['pwd', 'oldpwd']);
