import { Switch, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import type { Configuration } from '../../../../preload/contract';
import { formatCount, formatStamp } from '../../../lib/format';
import type { LogRing } from '../../../lib/log-ring';
import { useConfiguration } from '../../../rpc/queries';
import { useAway } from '../../../rpc/workspace';
import { CopyButton } from '../../../ui/copy-button';
import classes from './logs.module.css';
import type { LogOptions } from './options';
import type { Follow } from './use-follow';

interface LogToolbarProps {
  service: string;
  ring: LogRing;
  filter: string;
  onFilter: (text: string) => void;
  options: LogOptions;
  onOptions: (options: LogOptions) => void;
  follow: Follow;
}

/** Past this many lines the clipboard is the wrong tool. */
const COPY_LINES = 5000;

function asText(ring: LogRing): string {
  return ring.visible
    .slice(-COPY_LINES)
    .map((line) => (line.gap ? `--- ${line.text} ---` : `${formatStamp(line.at)} ${line.text}`))
    .join('\n');
}

export function LogToolbar({ service, ring, filter, onFilter, options, onOptions, follow }: LogToolbarProps) {
  const followingWords = useAway() === null ? ' · following' : ' · waits for the engine';
  return (
    <div className={classes.toolbar}>
      <TextInput
        className={classes.filter}
        leftSection={<IconFilter size={14} />}
        placeholder="Filter lines"
        aria-label="Filter lines"
        value={filter}
        onChange={(event) => onFilter(event.currentTarget.value)}
      />
      <Switch
        label="Wrap"
        checked={options.wrap}
        onChange={(event) => onOptions({ ...options, wrap: event.currentTarget.checked })}
      />
      <Switch
        label="Time stamps"
        checked={options.stamps}
        onChange={(event) => onOptions({ ...options, stamps: event.currentTarget.checked })}
      />
      <span className={classes.count}>
        {filter === '' ? '' : `${ring.visible.length} of `}
        {formatCount(ring.size, 'line')}
        {ring.dropped === 0 ? '' : ` · ${formatCount(ring.dropped, 'line')} dropped`}
        {follow.following ? followingWords : ' · held'}
      </span>
      <span className={classes.copies}>
        <CopyLines ring={ring} />
        <CopyCommand service={service} />
      </span>
    </div>
  );
}

/** The text is only joined when asked for: doing it at every batch would cost more than drawing. */
function CopyLines({ ring }: { ring: LogRing }) {
  const label =
    ring.visible.length > COPY_LINES
      ? `Copy the last ${COPY_LINES.toLocaleString('en')} of the lines shown`
      : 'Copy the lines shown';
  return <CopyButton text={() => asText(ring)} label={label} />;
}

/** Main's own command: it names the engine when that is not the one docker would ask by itself. */
export function logCommand(configuration: Configuration | undefined): string | null {
  const commands = configuration?.commands.map(({ command }) => command) ?? [];
  return commands.find((command) => /^docker\b.* logs /.test(command)) ?? null;
}

function CopyCommand({ service }: { service: string }) {
  const command = logCommand(useConfiguration(service).data);
  if (command === null) return null;
  return <CopyButton text={() => command} label={`Copy as command: ${command}`} title="Copy command" />;
}
