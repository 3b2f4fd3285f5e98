import { Screen } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import classes from './tiers.module.css';

/** Tiles per line of the built-in stacks: what arrives lands where its grey stood. */
const SKELETON_TIERS = [
  { name: 'data', tiles: 3 },
  { name: 'gateway', tiles: 2 },
  { name: 'applications', tiles: 5 },
  { name: 'administration', tiles: 1 },
  { name: 'front', tiles: 6 },
];

/** The final layout without its content, so that nothing jumps when the rows arrive. */
export function TiersSkeleton() {
  return (
    <Screen title="Overview">
      <Skeleton height={36} />
      <div className={classes.tiers} aria-busy="true" role="status" aria-label="Waiting for the engine">
        {SKELETON_TIERS.map(({ name, tiles }) => (
          <div key={name} className={classes.tier}>
            <Skeleton height={16} width={88} />
            <div className={classes.cells}>
              {Array.from({ length: tiles }, (_, index) => `${name} ${index}`).map((key) => (
                <Skeleton key={key} height={96} />
              ))}
            </div>
          </div>
        ))}
      </div>
    </Screen>
  );
}
