/** `.dockerignore`: later patterns win, `!` brings back, a pattern that names a folder covers all below it. */
export interface IgnoreRules {
  /** Path relative to the context, forward slashes. */
  ignores(path: string): boolean;
  /** True when something below an ignored folder may come back, so that it must be walked. */
  hasExceptions: boolean;
}

interface Rule {
  pattern: RegExp;
  exception: boolean;
}

export function parseIgnoreFile(text: string): IgnoreRules {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap(toRule);
  return {
    ignores: (path) =>
      rules.reduce((ignored, rule) => (covers(rule, path) ? !rule.exception : ignored), false),
    hasExceptions: rules.some(({ exception }) => exception),
  };
}

function toRule(line: string): Rule[] {
  const exception = line.startsWith('!');
  const clean = (exception ? line.slice(1) : line)
    .trim()
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  return clean === '' ? [] : [{ pattern: toExpression(clean), exception }];
}

function covers({ pattern }: Rule, path: string): boolean {
  return pattern.test(path);
}

/** `*` and `?` stay inside one path part, `**` spans any number of them; Go's filepath.Match otherwise. */
function toExpression(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\/?\*\*$|\*|\?|\[\^?[^\]]+\]|\\.|[.+^${}()|[\]\\]/g, (token) =>
    translate(token),
  );
  return new RegExp(`^${source}(/.*)?$`, 's');
}

function translate(token: string): string {
  if (token === '**/') return '(.*/)?';
  if (token.endsWith('**')) return token.startsWith('/') ? '/.*' : '.*';
  if (token === '*') return '[^/]*';
  if (token === '?') return '[^/]';
  if (token.startsWith('[') && token.length > 1) return token;
  if (token.startsWith('\\') && token.length > 1) return `\\${token.slice(1)}`;
  return `\\${token}`;
}
