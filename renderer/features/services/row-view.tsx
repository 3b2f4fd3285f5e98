import { Checkbox } from '@mantine/core';
import { memo, useEffect, useRef } from 'react';
import type { ServiceRow } from '../../../preload/contract';
import { formatBytes, formatPercent, formatRate, UNKNOWN } from '../../lib/format';
import { upSince } from '../../lib/uptime';
import { shownVerdict } from '../../rpc/observed';
import { Uptime } from '../../ui/age';
import { Meter } from '../../ui/meter';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './services.module.css';

interface RowViewProps {
  row: ServiceRow;
  index: number;
  active: boolean;
  marked: boolean;
  onMark: (id: string) => void;
  onFocus: (id: string) => void;
}

export const RowView = memo(function RowView(props: RowViewProps) {
  const { row, index, active, marked, onMark, onFocus } = props;
  const element = useFocusWhenActive(active);
  const up = upSince(row);
  const { state, past } = shownVerdict(row);
  return (
    <tr
      ref={element}
      data-row={row.id}
      aria-rowindex={index + 2}
      aria-selected={marked}
      aria-label={row.title}
      tabIndex={active ? 0 : -1}
      onFocus={() => onFocus(row.id)}
    >
      <td className={classes.mark} data-mark>
        <Checkbox
          aria-label={`Select ${row.title}`}
          checked={marked}
          onChange={() => onMark(row.id)}
          tabIndex={-1}
        />
      </td>
      <td className={classes.service}>
        <span className={classes.title} title={row.title}>
          {row.title}
        </span>
        {row.unit === 'service' ? null : <span className={classes.unit}>{row.unit}</span>}
        {row.defined ? null : <span className={classes.unit}>not in the file</span>}
      </td>
      <td className={classes.verdict} title={row.verdict.reason}>
        <StatusLabel status={state} past={past} />
      </td>
      <td className={classes.state}>{row.engineState ?? UNKNOWN}</td>
      <Usage row={row} />
      <td className={classes.restarts} data-numeric="true" data-strong={row.restarts > 0}>
        {row.containerId === null ? UNKNOWN : row.restarts}
      </td>
      <td className={classes.uptime} data-numeric="true">
        {up === null ? UNKNOWN : <Uptime since={up} />}
      </td>
      <td className={classes.port} data-numeric="true" title={portTitle(row)}>
        {row.ports[0]?.published ?? UNKNOWN}
      </td>
      <td className={classes.image} title={row.image}>
        {row.image}
      </td>
    </tr>
  );
});

function Usage({ row: { usage } }: { row: ServiceRow }) {
  const memory = `${formatBytes(usage?.memoryBytes)} / ${usage?.memoryLimitBytes == null ? 'no limit' : formatBytes(usage.memoryLimitBytes)}`;
  return (
    <>
      <td data-numeric="true">{formatPercent(usage?.cpuPercent)}</td>
      <td className={classes.memory}>
        {usage?.memoryBytes == null ? (
          UNKNOWN
        ) : (
          <span className={classes.memoryCell}>
            <span>{memory}</span>
            <Meter value={usage.memoryBytes} max={usage.memoryLimitBytes} label={`Memory ${memory}`} />
          </span>
        )}
      </td>
      <td data-numeric="true" className={classes.network}>
        {usage === null
          ? UNKNOWN
          : `↓ ${formatRate(usage.receiveBytesPerSecond)}  ↑ ${formatRate(usage.transmitBytesPerSecond)}`}
      </td>
    </>
  );
}

function portTitle({ ports }: ServiceRow): string {
  return ports.map((port) => `${port.hostIp}:${port.published} → ${port.target}/${port.protocol}`).join('\n');
}

/** Moving with the keys takes the focus along, but only when it was in the table already. */
function useFocusWhenActive(active: boolean) {
  const element = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    const row = element.current;
    const inTable =
      document.activeElement?.closest('[data-row]') !== null && document.activeElement !== document.body;
    if (active && row !== null && inTable && !row.contains(document.activeElement)) row.focus();
  }, [active]);
  return element;
}
