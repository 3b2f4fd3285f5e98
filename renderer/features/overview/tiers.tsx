import { Skeleton } from '@mantine/core';
import type { CSSProperties } from 'react';
import { Link } from 'react-router';
import type { ServiceRow, Task } from '../../../preload/contract';
import { servicePath } from '../../lib/routes';
import { Screen } from '../../ui/panel';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './overview.module.css';
import { Tile } from './tile';

interface Tier {
  title: string;
  order: number;
  services: ServiceRow[];
  others: ServiceRow[];
}

/** Tiers in start order; inside a tier the services, then companions and jobs. */
export function groupByTier(rows: readonly ServiceRow[]): Tier[] {
  const tiers = new Map<string, Tier>();
  for (const row of rows) {
    const tier = tiers.get(row.tier) ?? { title: row.tier, order: row.tierOrder, services: [], others: [] };
    tiers.set(row.tier, tier);
    (row.unit === 'service' ? tier.services : tier.others).push(row);
  }
  return [...tiers.values()].sort((left, right) => left.order - right.order);
}

/** Companions and jobs are small: three share the room of one tile. */
const COMPACT_PER_CELL = 3;

function cellsOf({ services, others }: Tier): number {
  return services.length + Math.ceil(others.length / COMPACT_PER_CELL);
}

export function Tiers({ rows, task }: { rows: readonly ServiceRow[]; task: Task | null }) {
  return (
    <div className={classes.tiers}>
      {groupByTier(rows).map((tier) => (
        <TierView key={tier.title} tier={tier} task={task} />
      ))}
    </div>
  );
}

function TierView({ tier, task }: { tier: Tier; task: Task | null }) {
  const cells = { '--cells': cellsOf(tier) } as CSSProperties;
  return (
    <section className={classes.tier} style={cells} aria-label={`Tier ${tier.title}`}>
      <h2 className={classes.tierTitle}>{tier.title}</h2>
      {tier.services.map((row) => (
        <Tile
          key={row.id}
          row={row}
          progress={task?.services.find((entry) => entry.service === row.id) ?? null}
        />
      ))}
      {chunk(tier.others, COMPACT_PER_CELL).map((group) => (
        <div key={group[0]?.id} className={classes.others}>
          {group.map((row) => (
            <Compact key={row.id} row={row} />
          ))}
        </div>
      ))}
    </section>
  );
}

function chunk<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

function Compact({ row }: { row: ServiceRow }) {
  return (
    <Link className={classes.compact} to={servicePath(row.id)} title={row.verdict.reason}>
      <span className={classes.compactTitle}>{row.title}</span>
      <StatusLabel status={row.verdict.state} />
    </Link>
  );
}

const SKELETON_TILES = Array.from({ length: 16 }, (_, index) => `tile ${index}`);

/** The final layout without its content, so that nothing jumps when the rows arrive. */
export function TiersSkeleton() {
  return (
    <Screen title="Overview">
      <Skeleton height={36} />
      <div className={classes.tiles} aria-busy="true" role="status" aria-label="Waiting for the engine">
        {SKELETON_TILES.map((key) => (
          <Skeleton key={key} height={96} />
        ))}
      </div>
    </Screen>
  );
}
