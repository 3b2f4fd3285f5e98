/** `bizosaas preflight`: every check with its evidence and advice; changes nothing. */
import type { Check, PreflightReport } from '../../../preload/contract';
import { type CommandRun, printJson } from '../context';
import { EXIT } from '../exit-codes';
import { openStack, withConsole } from '../open';
import { formatElapsed } from '../render/elapsed';

export const runPreflight: CommandRun = ({ platform, terminal, options }) =>
  withConsole({ platform, terminal }, async (console) => {
    const { on } = await openStack(console, options);
    const report = await console.services.stacks.preflight(on);
    if (options.json) printJson(terminal, report);
    else terminal.out(preflightText(report));
    return report.result === 'fail' ? EXIT.PREFLIGHT_FAILED : EXIT.OK;
  });

const SYMBOLS = { pass: '●', warn: '▲', fail: '✗' };

export function preflightText(report: PreflightReport): string {
  const counts = (['pass', 'warn', 'fail'] as const).map((result) => {
    const count = report.checks.filter((check) => check.result === result).length;
    return `${count} ${result}`;
  });
  const summary = `Pre-flight of ${report.project}: ${counts.join(', ')} (${formatElapsed(report.tookMs)})`;
  return [...report.checks.map(checkText), summary].join('\n');
}

function checkText({ result, title, evidence, advice, services }: Check): string {
  const concerned = services.length === 0 || result === 'pass' ? '' : ` [${services.join(', ')}]`;
  const line = `${SYMBOLS[result]} ${result}  ${title}${concerned}: ${evidence}`;
  return advice === null ? line : `${line}\n         ${advice}`;
}
