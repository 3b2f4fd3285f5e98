import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMasker, isSecretName, MASK, maskUrlPassword, maskValue } from './mask';

describe('names that hold secrets', () => {
  it.each([
    'POSTGRES_PASSWORD',
    'POSTGRES_PWD',
    'JWT_SECRET',
    'SECRET_KEY',
    'SECRET_KEY_BASE',
    'SUPERSET_SECRET_KEY',
    'OPENAI_API_KEY',
    'RSA_PRIVATE_KEY',
    'apiKey',
    'accessToken',
    'requirepass',
    'SENTRY_DSN',
    'REDISCLI_AUTH',
    'AWS_SECRET_ACCESS_KEY',
  ])('%s is one', (name) => expect(isSecretName(name)).toBe(true));

  it.each([
    'PWD',
    'POSTGRES_PASSWORD_FILE',
    'ACCESS_TOKEN_EXPIRE_MINUTES',
    'DATABASE_URL',
    'KEY',
    'MONKEY',
    'COMPASS_MODE',
    'PORT',
    'PATH',
    'keyboard',
    'auth',
    'AUTH_TIMEOUT',
  ])('%s is none', (name) => expect(isSecretName(name)).toBe(false));
});

describe('passwords in URLs', () => {
  it.each([
    ['postgres://user:p%40ss@host:5432/db', `postgres://user:${MASK}@host:5432/db`],
    ['postgres://user:p@ss@host/db', `postgres://user:${MASK}@host/db`],
    ['redis://:12345@redis:6379/0', `redis://:${MASK}@redis:6379/0`],
    ['redis://:pa/ss@redis:6379/0', `redis://:${MASK}@redis:6379/0`],
    ['http://hub:8001/health', 'http://hub:8001/health'],
    ['http://hub:8001/users?mail=a@b', 'http://hub:8001/users?mail=a@b'],
    ['https://x/?token=abc&page=2', `https://x/?token=${MASK}&page=2`],
    ['see postgresql+asyncpg://a:b@c/d now', `see postgresql+asyncpg://a:${MASK}@c/d now`],
  ])('%s', (given, masked) => expect(maskUrlPassword(given)).toBe(masked));
});

describe('values and commands', () => {
  it('shows that a secret is empty', () => expect(maskValue('JWT_SECRET', '')).toBe(''));

  it('masks assignments inside a shell command', () => {
    const shell = 'PGPASSWORD=hunter2 psql -h db; redis-server --requirepass "top secret" --port 1';
    expect(createMasker([]).text(shell)).toBe(
      `PGPASSWORD=${MASK} psql -h db; redis-server --requirepass ${MASK} --port 1`,
    );
  });

  it('masks the argument after an option', () => {
    const command = ['redis-cli', '-a', 'hunter2', '--password', 'x', '--user=admin', '--token=y'];
    expect(createMasker([]).command(command)).toEqual([
      'redis-cli',
      '-a',
      MASK,
      '--password',
      MASK,
      '--user=admin',
      `--token=${MASK}`,
    ]);
  });

  it('masks a whole variable in a list', () =>
    expect(createMasker([]).json({ Env: ['JWT_SECRET=two words', 'PORT=80', 'EMPTY_TOKEN='] })).toEqual({
      Env: [`JWT_SECRET=${MASK}`, 'PORT=80', 'EMPTY_TOKEN='],
    }));

  it('masks inside a label that holds JSON and keeps it JSON', () => {
    const label = JSON.stringify({ environment: { JWT_SECRET: 'abc', PORT: '80' }, pin: 7 });
    const masked = createMasker([]).json({ Labels: { 'com.bizosaas.definition': label } });
    expect(masked).toEqual({
      Labels: {
        'com.bizosaas.definition': JSON.stringify({
          environment: { JWT_SECRET: MASK, PORT: '80' },
          pin: MASK,
        }),
      },
    });
  });
});

const secret = fc
  .string({ minLength: 4, maxLength: 40, unit: 'grapheme' })
  .filter((text) => text.trim().length >= 4 && !text.includes('•'));
const name = fc.constantFrom('PORT', 'DATABASE_URL', 'COMMENT', 'JWT_SECRET', 'title');

describe('no known secret leaves', () => {
  it('in a value, a text or a command', () => {
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1 }),
        name,
        fc.string(),
        fc.string(),
        (secrets, key, before, after) => {
          const masker = createMasker(secrets);
          const carrier = before + secrets.join(after) + after;
          const outputs = [masker.value(key, carrier), masker.text(carrier), ...masker.command([carrier])];
          for (const known of secrets) {
            for (const output of outputs) expect(output.includes(known)).toBe(false);
          }
        },
      ),
    );
  });

  it('in any JSON value, keys and nested JSON included', () => {
    fc.assert(
      fc.property(secret, fc.jsonValue(), (known, filler) => {
        const inner = { [known]: known, list: [known, 1, `a${known}b`], filler };
        const masked = createMasker([known]).json({
          inner,
          label: JSON.stringify(inner),
          other: { url: `x://${known}@y` },
        });
        expect(strings(masked).some((text) => text.includes(known))).toBe(false);
      }),
    );
  });

  it('in a URL, percent-encoded', () => {
    fc.assert(
      fc.property(secret, (known) => {
        const masked = createMasker([known]).text(`the value ${encodeURIComponent(known)} is set`);
        expect(masked).not.toContain(encodeURIComponent(known));
      }),
    );
  });
});

/** Numbers and booleans are not searched, so only strings count. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...strings(inner)]);
}
