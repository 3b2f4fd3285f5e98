import { memo } from 'react';
import { Link } from 'react-router';
import type { ServiceRow, Task } from '../../../preload/contract';
import { fromOverview, servicePath } from '../../lib/routes';
import { shownVerdict } from '../../rpc/observed';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './tiers.module.css';
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

/** Companions and jobs are small: two share the room of one tile. */
const COMPACT_PER_CELL = 2;

/** One line per tier, its title at the left: read from the top, the order in which the stack starts. */
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
  return (
    <section className={classes.tier} aria-label={`Tier ${tier.title}`}>
      <h2 className={classes.title}>{tier.title}</h2>
      <div className={classes.cells}>
        {tier.services.map((row) => (
          <Tile
            key={row.id}
            row={row}
            progress={task?.services.find((entry) => entry.service === row.id) ?? null}
          />
        ))}
        <Others rows={tier.others} alone={tier.services.length === 0} />
      </div>
    </section>
  );
}

/** Beside tiles they stack up to a tile's height; a tier made of them alone is one low line. */
function Others({ rows, alone }: { rows: readonly ServiceRow[]; alone: boolean }) {
  return chunk(rows, alone ? 1 : COMPACT_PER_CELL).map((group) => (
    <div key={group[0]?.id} className={classes.others}>
      {group.map((row) => (
        <Compact key={row.id} row={row} />
      ))}
    </div>
  ));
}

function chunk<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

const Compact = memo(function Compact({ row }: { row: ServiceRow }) {
  const { state, past } = shownVerdict(row);
  return (
    <Link
      className={classes.compact}
      to={servicePath(row.id)}
      state={fromOverview}
      title={`${row.title}: ${row.verdict.reason}`}
    >
      <span className={classes.compactTitle}>{row.title}</span>
      <StatusLabel status={state} past={past} />
    </Link>
  );
});
