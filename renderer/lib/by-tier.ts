/** The order in which a stack starts, its services before what accompanies them; of the same by title. */
import type { ServiceRow } from '../../preload/contract';

const unitOrder = { service: 0, companion: 1, job: 2 } as const;

export function byTier(left: ServiceRow, right: ServiceRow): number {
  const tiers = left.tierOrder - right.tierOrder;
  const units = unitOrder[left.unit] - unitOrder[right.unit];
  return tiers || units || left.title.localeCompare(right.title);
}
