/** Patterns of ssh_config and known_hosts: `*` any run, `?` one character, `!` in front excludes. */
export function matchesPattern(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

/** One exclusion that fits outweighs every other pattern. */
export function matchesPatternList(patterns: readonly string[], text: string): boolean {
  const excluded = patterns.some((one) => one.startsWith('!') && matchesPattern(one.slice(1), text));
  return !excluded && patterns.some((one) => !one.startsWith('!') && matchesPattern(one, text));
}
