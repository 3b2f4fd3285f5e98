/** The lines a log view holds: a bounded window over an endless stream, with a running filtered view. */

export interface RingLine {
  /** Rises by one per line received; a stable key. */
  sequence: number;
  at: number;
  stream: 'stdout' | 'stderr';
  text: string;
}

type Incoming = Omit<RingLine, 'sequence'>;

/** Cutting the head line by line would copy the array at every batch. */
const SLACK_LINES = 2000;

export class LogRing {
  #lines: RingLine[] = [];
  #matching: RingLine[] = [];
  #needle = '';
  #next = 0;

  /** Lines lost before they came here, as reported by the sender. */
  dropped = 0;

  constructor(readonly capacity: number) {}

  get size(): number {
    return this.#lines.length;
  }

  /** The engine's time stamp of the newest line; null while empty. */
  get lastAt(): number | null {
    return this.#lines.at(-1)?.at ?? null;
  }

  /** What to show: all lines, or those that contain the filter. */
  get visible(): readonly RingLine[] {
    return this.#needle === '' ? this.#lines : this.#matching;
  }

  /** Answers how many visible lines were added at the end and how many were cut at the start. */
  append(incoming: readonly Incoming[], dropped: number): { added: number; cut: number } {
    this.dropped += dropped;
    const before = this.visible.length;
    const lines = incoming.map((line) => this.#number(line));
    for (const line of lines) this.#lines.push(line);
    if (this.#needle !== '') this.#matching.push(...lines.filter((line) => this.#matches(line)));
    const added = this.visible.length - before;
    return { added, cut: this.#cut() };
  }

  filter(text: string): void {
    this.#needle = text.toLowerCase();
    this.#matching = this.#needle === '' ? [] : this.#lines.filter((line) => this.#matches(line));
  }

  clear(): void {
    this.#lines = [];
    this.#matching = [];
    this.dropped = 0;
  }

  #number(line: Incoming): RingLine {
    const numbered = { sequence: this.#next, at: line.at, stream: line.stream, text: line.text };
    this.#next += 1;
    return numbered;
  }

  #matches(line: RingLine): boolean {
    return line.text.toLowerCase().includes(this.#needle);
  }

  #cut(): number {
    if (this.#lines.length <= this.capacity + SLACK_LINES) return 0;
    const before = this.visible.length;
    this.#lines = this.#lines.slice(-this.capacity);
    const first = this.#lines[0]?.sequence ?? 0;
    this.#matching = this.#matching.filter((line) => line.sequence >= first);
    return before - this.visible.length;
  }
}
