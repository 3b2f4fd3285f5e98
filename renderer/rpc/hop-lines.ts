/** The way to a machine as lines to draw: hops not reached yet have theirs, so that nothing moves while it is probed. */
import type { HopReport } from '../../preload/contract';
import type { HopLine, HopMachine } from '../ui/hop-list';
import { hopTitles } from './host-words';

const WAY = ['name', 'tcp', 'banner', 'host-key', 'sign-in', 'shell', 'socket', 'engine'] as const;

function lineOf(report: HopReport): HopLine {
  const { hop, machine, ...rest } = report;
  return { key: `${machine} ${hop}`, title: hopTitles[hop], ...rest, finding: bareFinding(report) };
}

type Told = Pick<HopReport, 'machine' | 'finding' | 'advice'>;

/** Some failures begin with the machine and end with the advice: both stand beside the finding already. */
export function bareFinding({ machine, finding, advice }: Told): string {
  const begun = finding.startsWith(`${machine}: `) ? finding.slice(machine.length + 2) : finding;
  return begun.endsWith(advice) ? begun.slice(0, begun.length - advice.length).trim() : begun;
}

function unheard(machine: string, hop: HopReport['hop'], state: 'absent' | 'untried'): HopLine {
  const key = `${machine} ${hop}`;
  return { key, title: hopTitles[hop], state, durationMs: null, finding: '', advice: '' };
}

/** Jump hosts first, the machine itself last: the order of the way. */
export function hopMachines(hops: readonly HopReport[]): HopMachine[] {
  const names = [...new Set(hops.map(({ machine }) => machine))];
  if (names.length === 0) return [{ machine: '', lines: WAY.map((hop) => unheard('', hop, 'untried')) }];
  return names.map((machine, index) => {
    const own = hops.filter((hop) => hop.machine === machine);
    if (index < names.length - 1) return { machine, lines: own.map(lineOf) };
    const lines = WAY.map((hop) => {
      const found = own.find((report) => report.hop === hop);
      return found === undefined ? unheard(machine, hop, 'absent') : lineOf(found);
    });
    return { machine, lines };
  });
}
