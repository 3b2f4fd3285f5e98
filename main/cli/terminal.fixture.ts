/** For specs: a terminal that keeps what is written. */
import type { Terminal } from './terminal';

export interface CollectingTerminal extends Terminal {
  written(): string;
  noted(): string;
  interrupt(): void;
  killed(): number | null;
}

export function collectingTerminal(facts: Partial<Terminal> = {}): CollectingTerminal {
  const written: string[] = [];
  const noted: string[] = [];
  const listeners = new Set<() => void>();
  let killed: number | null = null;
  return {
    out: (text) => void written.push(`${text}\n`),
    note: (text) => void noted.push(text),
    live: false,
    columns: 80,
    rows: 24,
    interactive: false,
    ask: async () => null,
    askSecret: async () => null,
    now: () => 0,
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    kill: (code) => {
      killed = code;
    },
    flush: async () => undefined,
    ...facts,
    written: () => written.join(''),
    noted: () => noted.join(''),
    interrupt: () => {
      for (const listener of listeners) listener();
    },
    killed: () => killed,
  };
}
