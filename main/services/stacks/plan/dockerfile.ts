/** What a Dockerfile needs from outside: enough of its grammar to name its base images. */

export type ParsedBases =
  | { bases: string[]; unresolved: string[] }
  /** No FROM line at all. */
  | null;

interface Scope {
  variables: Record<string, string>;
  stages: Set<string>;
  /** ARG lines count for FROM only before the first stage. */
  isGlobal: boolean;
}

/**
 * Base images of every stage up to `target`, and images that `COPY --from` names. Stages and
 * `scratch` are left out; a name that keeps an unset variable lands in `unresolved`.
 */
export function dockerfileBases(text: string, args: Record<string, string | null>): ParsedBases {
  const scope: Scope = { variables: {}, stages: new Set(['scratch']), isGlobal: true };
  const found: string[] = [];
  for (const line of instructions(text)) {
    const [word = '', ...rest] = line.split(/\s+/);
    const keyword = word.toUpperCase();
    if (keyword === 'ARG' && scope.isGlobal) declare(rest.join(' '), args, scope);
    if (keyword === 'FROM') found.push(...stage(rest, scope));
    if (keyword === 'COPY') found.push(...copySource(rest, scope));
  }
  if (scope.isGlobal) return null;
  const distinct = [...new Set(found)];
  return {
    bases: distinct.filter((name) => !name.includes('$')),
    unresolved: distinct.filter((name) => name.includes('$')),
  };
}

function instructions(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\[ \t]*\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function declare(declaration: string, args: Record<string, string | null>, scope: Scope): void {
  const match = /^([A-Za-z_]\w*)(?:=(.*))?$/.exec(declaration);
  if (match?.[1] === undefined) return;
  const value = args[match[1]] ?? match[2]?.replace(/^(["'])(.*)\1$/, '$2');
  if (value !== undefined) scope.variables[match[1]] = resolve(value, scope);
}

function resolve(text: string, scope: Scope): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})/g,
    (whole, plain?: string, braced?: string, fallback?: string) =>
      scope.variables[plain ?? braced ?? ''] ?? fallback ?? whole,
  );
}

function stage(words: string[], scope: Scope): string[] {
  scope.isGlobal = false;
  const [image = '', as, name] = words.filter((word) => !word.startsWith('--'));
  const base = resolve(image, scope);
  const isStage = scope.stages.has(base.toLowerCase());
  if (as?.toUpperCase() === 'AS' && name !== undefined) scope.stages.add(name.toLowerCase());
  return isStage || base === '' ? [] : [base];
}

function copySource(words: string[], scope: Scope): string[] {
  const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
  if (from === undefined || /^\d+$/.test(from) || scope.stages.has(from.toLowerCase())) return [];
  return [resolve(from, scope)];
}
