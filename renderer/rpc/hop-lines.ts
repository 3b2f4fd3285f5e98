/** The way to a machine as lines to draw: hops not reached yet have theirs, so that nothing moves while it is probed. */
import type { HopReport } from '../../preload/contract';
import type { HopLine, HopMachine } from '../ui/hop-list';
import { hopTitles } from './host-words';

const WAY = ['name', 'tcp', 'banner', 'host-key', 'sign-in', 'shell', 'socket', 'engine'] as const;

function lineOf({ hop, machine, ...rest }: HopReport): HopLine {
  return { key: `${machine} ${hop}`, title: hopTitles[hop], ...rest, finding: bareFinding(rest) };
}

/** Some failures end their finding with the advice: once is enough. */
export function bareFinding({ finding, advice }: Pick<HopReport, 'finding' | 'advice'>): string {
  return finding.endsWith(advice) ? finding.slice(0, finding.length - advice.length).trim() : finding;
}

function notReached(machine: string, hop: HopReport['hop']): HopLine {
  const key = `${machine} ${hop}`;
  return { key, title: hopTitles[hop], state: 'absent', durationMs: null, finding: '', advice: '' };
}

/** Jump hosts first, the machine itself last: the order of the way. */
export function hopMachines(hops: readonly HopReport[]): HopMachine[] {
  const names = [...new Set(hops.map(({ machine }) => machine))];
  if (names.length === 0) return [{ machine: '', lines: WAY.map((hop) => notReached('', hop)) }];
  return names.map((machine, index) => {
    const own = hops.filter((hop) => hop.machine === machine);
    if (index < names.length - 1) return { machine, lines: own.map(lineOf) };
    const lines = WAY.map((hop) => {
      const found = own.find((report) => report.hop === hop);
      return found === undefined ? notReached(machine, hop) : lineOf(found);
    });
    return { machine, lines };
  });
}
