/** `bizosaas status`: one observation of every service, probes included. */
import type { ServiceRow, VerdictState } from '../../../preload/contract';
import { formatBytes, plural } from '../../words/quantities';
import { type CommandRun, printJson } from '../context';
import { EXIT } from '../exit-codes';
import { type Opened, openReachable, withConsole } from '../open';
import { formatElapsed } from '../render/elapsed';
import { renderTable } from '../render/table';
import type { Terminal } from '../terminal';

export const runStatus: CommandRun = ({ platform, terminal, options }) =>
  withConsole({ platform, terminal }, async (console) => {
    const opened = await openReachable(console, terminal, options);
    const rows = inOrder(await console.services.health.rowsOnce(opened.on));
    if (options.json) printJson(terminal, statusDocument(opened, rows, terminal.now()));
    else terminal.out(statusText(opened, rows, terminal));
    return EXIT.OK;
  });

function inOrder(rows: ServiceRow[]): ServiceRow[] {
  return [...rows].sort((a, b) => a.tierOrder - b.tierOrder || a.id.localeCompare(b.id));
}

function statusDocument(opened: Opened, services: ServiceRow[], at: number) {
  const { project, host, stackId, unreadable } = opened;
  return { at, host: host.id, stack: stackId, project, unreadable, services };
}

const SYMBOLS: Record<VerdictState, string> = {
  absent: '○',
  stopped: '□',
  starting: '◌',
  running: '●',
  listening: '●',
  healthy: '●',
  degraded: '▲',
  unhealthy: '■',
  lying: '■',
  foreign: '■',
  'crash-looping': '■',
  'oom-killed': '■',
  completed: '●',
  failed: '■',
  unknown: '?',
};

const HEADER = ['SERVICE', 'STATE', 'SINCE', 'LATENCY', 'CPU', 'MEMORY', 'PORTS', 'REASON'];
/** A log file has no width; nothing is cut there. */
const UNCUT_COLUMNS = 10_000;

function statusText({ project, host }: Opened, rows: ServiceRow[], terminal: Terminal): string {
  const width = terminal.live ? terminal.columns : UNCUT_COLUMNS;
  const table = renderTable(
    HEADER,
    rows.map((row) => cells(row, terminal.now())),
    width,
  );
  return `${table}\n${project} on ${host.title}: ${healthSentence(rows.map(({ verdict }) => verdict.state))}`;
}

/** A job that has done its work is fine, and never healthy. */
export function healthSentence(states: VerdictState[]): string {
  const count = (wanted: VerdictState): number => states.filter((state) => state === wanted).length;
  const completed = count('completed');
  const services = `${count('healthy')} of ${plural(states.length - completed, 'service')} healthy`;
  return completed === 0 ? services : `${services}, ${plural(completed, 'job')} completed`;
}

function cells(row: ServiceRow, now: number): string[] {
  const { verdict, usage } = row;
  return [
    row.id,
    `${SYMBOLS[verdict.state]} ${verdict.state}`,
    formatElapsed(now - verdict.since),
    verdict.evidence ? `${Math.round(verdict.evidence.latencyMs)} ms` : '–',
    usage?.cpuPercent == null ? '–' : `${usage.cpuPercent.toFixed(1)} %`,
    usage?.memoryBytes == null ? '–' : formatBytes(usage.memoryBytes),
    row.ports.length === 0 ? '–' : [...new Set(row.ports.map(portText))].join(' '),
    verdict.reason,
  ];
}

function portText({ published, target }: ServiceRow['ports'][number]): string {
  return published === target ? `${published}` : `${published}→${target}`;
}
