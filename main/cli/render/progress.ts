/**
 * Progress of a task: on a terminal one line per service, drawn over itself; in a log file one line
 * per change with the time it took.
 */
import type { ServiceProgress, Task } from '../../../preload/contract';
import { formatBytes } from '../../words/quantities';
import type { Terminal } from '../terminal';
import { formatElapsed } from './elapsed';
import { cut } from './table';

export interface ProgressView {
  update(task: Task): void;
  /** Draws the last state and leaves it standing. */
  end(): void;
}

const SYMBOLS: Record<ServiceProgress['phase'], string> = {
  waiting: '·',
  pulling: '↓',
  delivering: '⇡',
  building: '⚒',
  creating: '+',
  starting: '▷',
  gating: '◌',
  stopping: '▽',
  removing: '-',
  ready: '●',
  unchanged: '○',
  failed: '✗',
  blocked: '■',
  cancelled: '□',
};
const ENDED = new Set<ServiceProgress['phase']>(['ready', 'unchanged', 'failed', 'blocked', 'cancelled']);

export function createProgressView(terminal: Terminal, json: boolean): ProgressView {
  if (json) return jsonView(terminal);
  return terminal.live ? liveView(terminal) : plainView(terminal);
}

/** One JSON document per change, each on its line. */
function jsonView(terminal: Terminal): ProgressView {
  const changed = changeDetector();
  return {
    update(task) {
      for (const service of task.services) {
        if (changed(service)) terminal.note(`${JSON.stringify({ at: terminal.now(), ...service })}\n`);
      }
    },
    end: () => undefined,
  };
}

function changeDetector(): (service: ServiceProgress) => boolean {
  const before = new Map<string, string>();
  return (service) => {
    const state = `${service.phase} ${service.detail}`;
    const changed = before.get(service.service) !== state;
    before.set(service.service, state);
    return changed;
  };
}

function plainView(terminal: Terminal): ProgressView {
  const phases = new Map<string, { phase: string; since: number }>();
  return {
    update(task) {
      for (const service of task.services) {
        const before = phases.get(service.service);
        if (before?.phase === service.phase) continue;
        phases.set(service.service, { phase: service.phase, since: terminal.now() });
        if (service.phase === 'waiting') continue;
        const took = before ? ` (after ${formatElapsed(terminal.now() - before.since)})` : '';
        terminal.note(`${service.service}: ${service.phase}${took}${detailOf(service)}\n`);
      }
    },
    end: () => undefined,
  };
}

function detailOf({ detail }: ServiceProgress): string {
  return detail === '' ? '' : ` — ${detail}`;
}

const REDRAW_MS = 100;

function liveView(terminal: Terminal): ProgressView {
  let newest: Task | undefined;
  let drawn = 0;
  const draw = () => {
    if (!newest) return;
    const lines = liveLines(newest, terminal);
    terminal.note(`${drawn > 0 ? `\u001b[${drawn}A` : ''}\u001b[0J${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  const timer = setInterval(draw, REDRAW_MS);
  return {
    update(task) {
      newest = task;
    },
    end() {
      clearInterval(timer);
      draw();
    },
  };
}

/** Fits the screen: what runs comes first to be kept, what ended is summed up. */
function liveLines(task: Task, terminal: Terminal): string[] {
  const room = Math.max(3, terminal.rows - 2);
  const { services } = task;
  const name = Math.max(0, ...services.map(({ service }) => service.length));
  const kept =
    services.length <= room ? services : services.filter(({ phase }) => !ENDED.has(phase)).slice(0, room - 1);
  const ended = services.filter(({ phase }) => ENDED.has(phase)).length;
  const elapsed = formatElapsed(terminal.now() - task.startedAt);
  const lines = kept.map((service) => liveLine(service, name, terminal));
  return [`${task.title}: ${ended} of ${services.length} done, ${elapsed}`, ...lines].map((line) =>
    cut(line, terminal.columns),
  );
}

function liveLine(service: ServiceProgress, name: number, terminal: Terminal): string {
  const { phase, since } = service;
  const time = ENDED.has(phase) ? '' : formatElapsed(terminal.now() - since);
  const label = `${SYMBOLS[phase]} ${service.service.padEnd(name)}  ${phase.padEnd(9)} ${time.padStart(8)}`;
  return `${label}  ${amountOf(service)}${service.detail}`.trimEnd();
}

function amountOf({ done, total, unit, parts }: ServiceProgress): string {
  if (done === null || unit === null) return '';
  const of = total === null ? '' : ` of ${unit === 'bytes' ? formatBytes(total) : total}`;
  const amount = unit === 'bytes' ? formatBytes(done) : `${done}`;
  const layers = parts.length > 0 && unit === 'bytes' ? `, ${parts.length} layers` : '';
  return `${amount}${of}${unit === 'steps' ? ' steps' : ''}${layers}  `;
}

/** What a person needs when services failed: each with its reason and last words. */
export function failureText(services: ServiceProgress[]): string {
  return services
    .filter(({ phase }) => phase === 'failed' || phase === 'blocked')
    .map(({ service, phase, detail, logTail }) =>
      [`${SYMBOLS[phase]} ${service} ${phase}: ${detail}`, ...logTail.map((line) => `    ${line}`)].join(
        '\n',
      ),
    )
    .join('\n');
}
