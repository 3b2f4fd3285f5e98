interface Alias {
  alias: string;
  description: string;
}

/** More are found by typing on. */
const MOST_LISTED = 100;

/** By any part of the alias or of where it leads; everything while nothing is typed or one was picked. */
export function matchingAliases(aliases: readonly Alias[], typed: string): Alias[] {
  const wanted = typed.trim().toLowerCase();
  const picked = aliases.some(({ alias }) => alias === typed.trim());
  const fits = ({ alias, description }: Alias) => `${alias} ${description}`.toLowerCase().includes(wanted);
  return aliases.filter((alias) => picked || fits(alias)).slice(0, MOST_LISTED);
}
