import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { until } from '../until';

/** What a server has said so far, line by line. */
export interface Log {
  readonly lines: readonly string[];
  /** Resolves with the first line that matches, also one already there; rejects after `limitMs`. */
  waitFor(pattern: RegExp, limitMs?: number): Promise<string>;
  /** How many lines match. */
  count(pattern: RegExp): number;
  /** Drops what was said, where it would be taken for memory of what is measured. */
  forget(): void;
}

export function createLog(): Log & { follow(stream: Readable): void } {
  const lines: string[] = [];
  return {
    lines,
    follow(stream) {
      createInterface({ input: stream }).on('line', (line) => lines.push(line));
    },
    async waitFor(pattern, limitMs) {
      let found: string | undefined;
      await until(
        `a log line like ${pattern}`,
        () => {
          found = lines.find((line) => pattern.test(line));
          return found !== undefined;
        },
        limitMs,
      );
      return found ?? '';
    },
    count: (pattern) => lines.filter((line) => pattern.test(line)).length,
    forget() {
      lines.length = 0;
    },
  };
}
