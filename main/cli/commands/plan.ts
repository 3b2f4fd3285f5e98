/** `bizosaas plan`: what `up` would do and why. */
import type { Plan, PlanStep } from '../../../preload/contract';
import { plural } from '../../words/quantities';
import { type CommandRun, printJson } from '../context';
import { EXIT } from '../exit-codes';
import { openToPlan, withConsole } from '../open';
import { cutOffNote } from '../render/cut-off';

export const runPlan: CommandRun<{ removeOrphans: boolean }> = ({
  platform,
  terminal,
  options,
  removeOrphans,
}) =>
  withConsole({ platform, terminal }, async (console) => {
    const { on } = await openToPlan(console, options);
    const plan = await console.services.stacks.plan(on, undefined, { services: [], removeOrphans });
    terminal.note(cutOffNote(await console.services.stacks.cutOff(on), terminal.now()));
    if (options.json) printJson(terminal, plan);
    else terminal.out(planText(plan));
    return plan.changed ? EXIT.CHANGE_PENDING : EXIT.OK;
  });

export function planText(plan: Plan): string {
  const steps = plan.steps.filter(({ action }) => action !== 'keep');
  const kept = plan.steps.length - steps.length;
  const warnings = plan.warnings.map((warning) => `▲ ${warning}`);
  if (steps.length === 0)
    return [...warnings, `${plan.project}: nothing to change, ${kept} kept.`].join('\n');
  const destructive = steps.filter(destroys).length;
  const removing = destructive > 0 ? `, ${destructive} destructive` : '';
  const summary = `${plan.project}: ${plural(steps.length, 'step')}${removing}, ${kept} kept.`;
  return [...warnings, ...steps.map(stepText), summary].join('\n');
}

/** A container that is made anew keeps its volumes: nothing of value is lost. */
function destroys({ destructive, action }: PlanStep): boolean {
  return destructive && action !== 'recreate-container';
}

const SIGNS: Partial<Record<PlanStep['action'], string>> = {
  'recreate-container': '±',
  'remove-container': '-',
  'remove-network': '-',
  'remove-volume': '-',
  'start-container': '▷',
  'run-job': '▷',
};

function stepText({ action, target, reason, changes }: PlanStep): string {
  const lines = changes.map(
    ({ field, from, to }) => `      ${field}: ${from ?? '(none)'} → ${to ?? '(none)'}`,
  );
  return [`${SIGNS[action] ?? '+'} ${action} ${target}: ${reason}`, ...lines].join('\n');
}
