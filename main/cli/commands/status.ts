/** `bizosaas status`: one observation of every service, probes included. */
import type { ServiceRow, VerdictState } from '../../../preload/contract';
import { formatBytes, plural } from '../../words/quantities';
import { type CommandRun, printJson } from '../context';
import { EXIT } from '../exit-codes';
import { type Opened, openReachable, withConsole } from '../open';
import { cutOffNote } from '../render/cut-off';
import { formatElapsed } from '../render/elapsed';
import { renderTable } from '../render/table';
import type { Terminal } from '../terminal';

export const runStatus: CommandRun = ({ platform, terminal, options }) =>
  withConsole({ platform, terminal }, async (console) => {
    const opened = await openReachable(console, terminal, options);
    const asked = terminal.now();
    const rows = inOrder(await console.services.health.rowsOnce(opened.on));
    const unfinished = await console.services.stacks.cutOff(opened.on);
    terminal.note(cutOffNote(unfinished, terminal.now()));
    const services = rows.map((row) => datedRow(row, asked));
    if (options.json)
      printJson(terminal, { ...statusDocument(opened, terminal.now()), unfinished, services });
    else terminal.out(statusText(opened, rows, { terminal, asked }));
    return EXIT.OK;
  });

function inOrder(rows: ServiceRow[]): ServiceRow[] {
  return [...rows].sort((a, b) => a.tierOrder - b.tierOrder || a.id.localeCompare(b.id));
}

function statusDocument({ project, host, stackId, unreadable }: Opened, at: number) {
  return { at, host: host.id, stack: stackId, project, unreadable };
}

/** One observation knows when a state began only where the engine does. */
function knownSince(since: number, asked: number): number | null {
  return since < asked ? since : null;
}

/** `since` is null where it is not known. */
export function datedRow(row: ServiceRow, asked: number) {
  return { ...row, verdict: { ...row.verdict, since: knownSince(row.verdict.since, asked) } };
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

function statusText(
  { project, host }: Opened,
  rows: ServiceRow[],
  { terminal, asked }: { terminal: Terminal; asked: number },
): string {
  const width = terminal.live ? terminal.columns : UNCUT_COLUMNS;
  const lines = rows.map((row) => cells(row, { now: terminal.now(), asked }));
  const counted = rows.map(({ unit, verdict: { state } }) => ({ unit, state }));
  return `${renderTable(HEADER, lines, width)}\n${project} on ${host.title}: ${healthSentence(counted)}`;
}

interface Counted {
  unit: ServiceRow['unit'];
  state: VerdictState;
}

/** `16 of 16 services healthy, 2 jobs completed`: what accompanies the services is counted apart. */
export function healthSentence(rows: Counted[]): string {
  const of = (unit: Counted['unit']): Counted[] => rows.filter((row) => row.unit === unit);
  const [companions, jobs] = [of('companion'), of('job')];
  const completed = shareOf(jobs, 'completed');
  return [
    `${shareOf(of('service'), 'healthy')} of ${plural(of('service').length, 'service')} healthy`,
    ...(companions.length === 0
      ? []
      : [`${shareOf(companions, 'healthy')} of ${plural(companions.length, 'companion')}`]),
    ...(jobs.length === 0
      ? []
      : [`${someOf(completed, jobs.length)}${plural(jobs.length, 'job')} completed`]),
  ].join(', ');
}

const shareOf = (rows: Counted[], wanted: VerdictState): number =>
  rows.filter(({ state }) => state === wanted).length;
const someOf = (count: number, all: number): string => (count === all ? '' : `${count} of `);

export function sinceText(since: number, { now, asked }: Moments): string {
  const known = knownSince(since, asked);
  return known === null ? '–' : formatElapsed(now - known);
}

interface Moments {
  now: number;
  /** Before the observation. */
  asked: number;
}

function cells(row: ServiceRow, moments: Moments): string[] {
  const { verdict, usage } = row;
  return [
    row.id,
    `${SYMBOLS[verdict.state]} ${verdict.state}`,
    sinceText(verdict.since, moments),
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
