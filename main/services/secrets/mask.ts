import {
  EXACT_EXCEPTIONS,
  HARMLESS_ENDINGS,
  JOINED_SECRET,
  KEY_QUALIFIERS,
  SECRET_ENDINGS,
  SECRET_WORDS,
} from './patterns';

export const MASK = '••••••••';

/** Shorter secrets are masked only where they are the whole value: "1" occurs everywhere. */
const SHORTEST_EMBEDDED_SECRET = 4;

function words(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** Whether a variable, label, option or JSON key of this name is expected to hold a secret. */
export function isSecretName(name: string): boolean {
  const parts = words(name);
  const last = parts.at(-1) ?? '';
  if (EXACT_EXCEPTIONS.has(name.toLowerCase()) || HARMLESS_ENDINGS.has(last)) return false;
  if (parts.some((part) => SECRET_WORDS.has(part) || JOINED_SECRET.test(part))) return true;
  if (parts.length > 1 && SECRET_ENDINGS.has(last)) return true;
  return parts.some((part, index) => part === 'key' && KEY_QUALIFIERS.has(parts[index - 1] ?? ''));
}

/**
 * Masks the password of every URL in a text, also one with an unescaped `@` or `/` in it: what
 * follows `user:` counts as a password up to the last `@` unless it reads as a port number.
 */
export function maskUrlPassword(text: string): string {
  return text
    .replace(
      /\b([a-z][a-z0-9+.-]*:\/\/)([^\s:@/"']*):(?!\d{1,5}(?:[/?#\s,"']|$))([^\s"']*)@/gi,
      `$1$2:${MASK}@`,
    )
    .replace(/([?&;])([a-z_-]+)=([^&\s;#"']+)/gi, (whole, before: string, name: string) =>
      isSecretName(name) ? `${before}${name}=${MASK}` : whole,
    );
}

/** `NAME=value` and `--name value` inside a command or a connection string. */
function maskAssignments(text: string): string {
  return text
    .replace(
      /(^|[\s"'])(-{0,2})([A-Za-z_][\w.-]*)=("[^"]*"|'[^']*'|[^\s"']+)/g,
      (whole, before: string, dashes: string, name: string) =>
        isSecretName(name) ? `${before}${dashes}${name}=${MASK}` : whole,
    )
    .replace(/(^|\s)(--[\w-]+)\s+("[^"]*"|'[^']*'|[^\s-]\S*)/g, (whole, before: string, option: string) =>
      isSecretName(option) ? `${before}${option} ${MASK}` : whole,
    )
    .replace(/(redis-cli\b(?:\s+-\w+(?:\s+[^\s-]\S*)?)*?\s+-a\s+)(\S+)/g, `$1${MASK}`);
}

/** By name, then by shape. An empty value stays empty: that a secret is missing is worth seeing. */
export function maskValue(name: string, value: string): string {
  if (value === '') return value;
  return isSecretName(name) ? MASK : maskUrlPassword(maskAssignments(value));
}

export interface Masker {
  /** A value with the name it goes by. */
  value(name: string, value: string): string;
  /** Free text, such as one argument or a label. */
  text(text: string): string;
  /** A command line: an argument after an option with a secret's name is masked too. */
  command(command: string[]): string[];
  /** Any JSON value; strings that hold JSON are masked inside and stay JSON. */
  json(value: unknown): unknown;
}

/** The forms in which a secret turns up again: in a URL, in JSON, in base64. */
function spellings(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(Buffer.from(secret).toString()),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64'),
  ];
}

function longestFirst(secrets: Iterable<string>): string[] {
  const distinct = new Set([...secrets].filter((secret) => secret.trim() !== '' && secret !== MASK));
  return [...distinct].sort((one, other) => other.length - one.length);
}

/** Masks by name, by shape and by value: `known` are the contents of secrets, see `knownSecretValues`. */
export function createMasker(known: Iterable<string>): Masker {
  const whole = new Set(longestFirst(known));
  const embedded = longestFirst([...whole].flatMap(spellings)).filter(
    (secret) => secret.length >= SHORTEST_EMBEDDED_SECRET && !MASK.includes(secret),
  );
  const byValue = (text: string): string =>
    whole.has(text.trim()) || whole.has(text)
      ? MASK
      : embedded.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
  const masker: Masker = {
    value: (name, value) => maskValue(name, byValue(value)),
    text: (text) => maskUrlPassword(maskAssignments(byValue(text))),
    command: (command) =>
      command.map((word, index) =>
        isOptionForSecret(command[index - 1], command[index - 2]) ? MASK : masker.text(word),
      ),
    json: (value) => maskJson('', value, masker),
  };
  return masker;
}

function isOptionForSecret(option: string | undefined, before: string | undefined): boolean {
  if (option === undefined) return false;
  if (option === '-a') return before?.endsWith('redis-cli') ?? false;
  return option.startsWith('--') && !option.includes('=') && isSecretName(option);
}

function maskJson(key: string, value: unknown, masker: Masker): unknown {
  if (typeof value === 'string') return maskString(key, value, masker);
  if (typeof value === 'number') return isSecretName(key) ? MASK : value;
  if (Array.isArray(value)) return maskArray(key, value, masker);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [masker.text(name), maskJson(name, inner, masker)]),
  );
}

function maskArray(key: string, items: unknown[], masker: Masker): unknown[] {
  if (items.every((item) => typeof item === 'string')) return maskWords(items, masker);
  return items.map((item) => maskJson(key, item, masker));
}

/** A word such as `NAME=a b` is one variable of a container, spaces included. */
function maskWords(words: string[], masker: Masker): string[] {
  const masked = masker.command(words);
  return words.map((word, index) => {
    const [, name = '', value = ''] = /^([A-Za-z_][\w.-]*)=(.*)$/s.exec(word) ?? [];
    return isSecretName(name) ? `${name}=${masker.value(name, value)}` : (masked[index] ?? MASK);
  });
}

function maskString(key: string, value: string, masker: Masker): string {
  const inner = /^\s*[[{]/.test(value) ? parseJson(value) : undefined;
  if (inner === undefined || isSecretName(key)) return masker.value(key, value);
  return JSON.stringify(maskJson(key, inner, masker));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
