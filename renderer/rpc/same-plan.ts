import type { Plan, PlanStep } from '../../preload/contract';

/** Order says nothing: what comes first is in `after`. */
function canonical(steps: readonly PlanStep[]): string {
  const plain = steps.map(({ id, action, target, service, reason, changes, after, destructive }) => [
    id,
    action,
    target,
    service,
    reason,
    changes.map(({ field, from, to }) => [field, from, to]).sort(),
    [...after].sort(),
    destructive,
  ]);
  return JSON.stringify(plain.sort((left, right) => String(left[0]).localeCompare(String(right[0]))));
}

/** True when applying one does exactly what the other shows. */
export function samePlan(left: Plan, right: Plan): boolean {
  return left.project === right.project && canonical(left.steps) === canonical(right.steps);
}
