/** What the commands write to and ask from. Tests pass a collector. */
import type { Interface } from 'node:readline';

export interface Terminal {
  /** Results: what a script reads. */
  out(text: string): void;
  /** Progress and remarks. */
  note(text: string): void;
  /** True when progress may be drawn over itself. */
  readonly live: boolean;
  readonly columns: number;
  readonly rows: number;
  /** True when a person is there to be asked. */
  readonly interactive: boolean;
  /** One line typed by a person; null when nobody is there, or who is there ends the input. */
  ask(question: string): Promise<string | null>;
  /** The same without showing what is typed. */
  askSecret(question: string): Promise<string | null>;
  now(): number;
  /** Called at every Ctrl-C or request to end; the answer stops listening. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process at once. */
  kill(code: number): void;
  /** Resolves when everything written has left the process. */
  flush(): Promise<void>;
}

/** Also where a terminal reports a size of nothing, as one without a window does. */
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

export function processTerminal(): Terminal {
  const { stdout, stderr, stdin, env } = process;
  return {
    out: (text) => void stdout.write(`${text}\n`),
    note: (text) => void stderr.write(text),
    live: stderr.isTTY === true && env.CI === undefined && env.TERM !== 'dumb',
    get columns() {
      return stderr.columns || DEFAULT_COLUMNS;
    },
    get rows() {
      return stderr.rows || DEFAULT_ROWS;
    },
    interactive: stdin.isTTY === true,
    ask: async (question) => (stdin.isTTY === true ? askPerson(question) : null),
    askSecret: async (question) => (stdin.isTTY === true ? askHidden(question) : null),
    now: Date.now,
    onInterrupt: listenForInterrupt,
    kill: (code) => process.exit(code),
    flush: async () => void (await Promise.all([drained(stdout), drained(stderr)])),
  };
}

/** A reader that went away (`| head`) counts as having read everything. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}

async function askPerson(question: string): Promise<string | null> {
  const { createInterface } = await import('node:readline');
  return readLine(createInterface({ input: process.stdin, output: process.stderr }), question);
}

/** What is typed is echoed by readline itself, so it gets nowhere to echo to. */
async function askHidden(question: string): Promise<string | null> {
  const [{ createInterface }, { Writable }] = await Promise.all([
    import('node:readline'),
    import('node:stream'),
  ]);
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 });
  const typed = await readLine(lines, '');
  process.stderr.write('\n');
  return typed;
}

/** Ctrl-D answers null; Ctrl-C does too, and is passed on as the interrupt it is. */
function readLine(lines: Interface, question: string): Promise<string | null> {
  return new Promise((resolve) => {
    lines.once('SIGINT', () => {
      lines.close();
      process.kill(process.pid, 'SIGINT');
    });
    lines.once('close', () => resolve(null));
    lines.question(question, (typed) => {
      resolve(typed);
      lines.close();
    });
  });
}

function listenForInterrupt(listener: () => void): () => void {
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return () => {
    process.off('SIGINT', listener);
    process.off('SIGTERM', listener);
  };
}
