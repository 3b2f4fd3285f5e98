/** The lines a log view holds: a bounded window over an endless stream, with a running filtered view. */

export interface RingLine {
  /** Rises by one per line received; a stable key. */
  sequence: number;
  at: number;
  stream: 'stdout' | 'stderr';
  text: string;
  /** Not logged by anybody: says in its text that lines before it may be missing. */
  gap: boolean;
}

type Incoming = Omit<RingLine, 'sequence' | 'gap'> & { gap?: true | undefined };

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

  /** The newest logged lines, at most `count`, without the marks of gaps. */
  newest(count: number): RingLine[] {
    return this.#lines.slice(-count).filter((line) => !line.gap);
  }

  get endsInGap(): boolean {
    return this.#lines.at(-1)?.gap ?? false;
  }

  /** What to show: all lines, or those that contain the filter. */
  get visible(): readonly RingLine[] {
    return this.#needle === '' ? this.#lines : this.#matching;
  }

  /** Answers how many visible lines were added at the end and how many were cut at the start. */
  append(incoming: readonly Incoming[], dropped: number): { added: number; cut: number } {
    this.dropped += dropped;
    const before = this.visible.length;
    for (const line of incoming) this.#push(line, line.gap === true);
    const added = this.visible.length - before;
    return { added, cut: this.#cut() };
  }

  /** A mark between two lines, shown whatever the filter says. Answers like `append`. */
  markGap(at: number, text: string): { added: number; cut: number } {
    this.#push({ at, stream: 'stdout', text }, true);
    return { added: 1, cut: this.#cut() };
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

  #push({ at, stream, text }: Incoming, gap: boolean): void {
    const line = { sequence: this.#next, at, stream, text, gap };
    this.#next += 1;
    this.#lines.push(line);
    if (this.#needle !== '' && this.#matches(line)) this.#matching.push(line);
  }

  #matches(line: RingLine): boolean {
    return line.gap || line.text.toLowerCase().includes(this.#needle);
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
