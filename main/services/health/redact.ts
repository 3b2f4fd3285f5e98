/** Bodies are shown and kept as evidence; a service that prints its own credentials must not make them ours. */
export function redact(text: string): string {
  return text
    .replaceAll(CONTROL_CHARACTERS, ' ')
    .replaceAll(/(:\/\/[^\s:@/]*):[^\s@/]+@/g, '$1:•••@')
    .replaceAll(/("[^"]*(?:password|secret|token|api_?key)[^"]*"\s*:\s*)"[^"]*"/gi, '$1"•••"');
}

const CONTROL_CHARACTERS = /\p{Cc}+/gu;
