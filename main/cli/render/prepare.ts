/** Preparing a machine in words: what was measured, what would run, and what runs. */
import type { AssessmentItem, PreparePlan, PrepareStep } from '../../../preload/contract';
import type { ApplyProgress } from '../../services/stacks/face';
import type { Terminal } from '../terminal';
import { renderTable } from './table';

const STATES: Record<AssessmentItem['state'], string> = {
  pass: '● pass',
  warn: '▲ warn',
  fail: '✗ fail',
  unknown: '? unknown',
};
const SIGNS: Record<PrepareStep['state'], string> = { needed: '+', 'in-place': '○', impossible: '✗' };

export function assessmentText({ machine, assessment }: PreparePlan, width: number): string {
  const rows = assessment.map(({ state, title, measured, wanted }) => [
    STATES[state],
    title,
    measured,
    wanted,
  ]);
  const table = renderTable(['', machine, 'FOUND', 'WANTED'], rows, width);
  const advices = assessment
    .filter(({ advice }) => advice !== '')
    .map(({ title, advice }) => `  ${title}: ${advice}`);
  return [table, ...advices].join('\n');
}

/** A step that would run shows every command as it is; one that would not says why. */
export function stepText({ id, title, state, reason, commands, confirm, undo }: PrepareStep): string {
  const head = `${SIGNS[state]} ${id}: ${title} (${state}). ${reason}`;
  if (state !== 'needed') return head;
  const then = confirm.length > 0 ? ['    then, over a new connection:', ...indented(confirm)] : [];
  const back =
    undo.length > 0 ? `    can be taken back: bizosaas prepare --undo ${id}` : '    can not be taken back';
  return [head, ...indented(commands), ...then, back].join('\n');
}

export function indented(commands: string[]): string[] {
  return commands.flatMap((command) =>
    command.split('\n').map((line, index) => `    ${index === 0 ? '$' : ' '} ${line}`),
  );
}

/** A heading for each step and every line it prints; as JSON one document a line. */
export function stepProgress(terminal: Terminal, json: boolean): ApplyProgress['phase'] {
  let title = '';
  const say = (line: string | null) => {
    if (json) terminal.note(`${JSON.stringify({ at: terminal.now(), step: title, line })}\n`);
    else terminal.note(line === null ? `${title}\n` : `  ${line}\n`);
  };
  return (name) => {
    const prefix = `${title}: `;
    if (title !== '' && name.startsWith(prefix)) return say(name.slice(prefix.length));
    title = name;
    say(null);
  };
}
