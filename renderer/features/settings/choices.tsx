import { NumberInput, SegmentedControl, Switch } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import type { Settings } from '../../../preload/contract';
import { useChangeSettings } from '../../rpc/workspace';
import { Panel } from '../../ui/panel';
import classes from './settings.module.css';

const themes = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

const PERCENT = 100;
const ZOOM_STEP = 10;

export function Choices({ settings }: { settings: Settings }) {
  const { mutate } = useChangeSettings();
  return (
    <Panel title="Behaviour" flush>
      <Row title="Theme" note="System follows the desktop.">
        {(labelledBy) => (
          <SegmentedControl
            aria-labelledby={labelledBy}
            data={[...themes]}
            value={settings.theme}
            onChange={(theme) => mutate({ theme })}
          />
        )}
      </Row>
      <Row title="Zoom" note="50 % to 200 %.">
        {(labelledBy) => (
          <NumberInput
            aria-labelledby={labelledBy}
            className={classes.number}
            suffix=" %"
            min={50}
            max={200}
            step={ZOOM_STEP}
            value={Math.round(settings.zoom * PERCENT)}
            onChange={(value) => inRange(value, 50, 200, (percent) => mutate({ zoom: percent / PERCENT }))}
          />
        )}
      </Row>
      <Row title="Probe interval" note="How often each running service is asked for its health.">
        {(labelledBy) => (
          <NumberInput
            aria-labelledby={labelledBy}
            className={classes.number}
            suffix=" s"
            min={1}
            max={300}
            allowDecimal={false}
            value={settings.probeIntervalSeconds}
            onChange={(value) =>
              inRange(value, 1, 300, (probeIntervalSeconds) => mutate({ probeIntervalSeconds }))
            }
          />
        )}
      </Row>
      <Row title="Notifications" note="When long work ends while the window is not in front.">
        {(labelledBy) => (
          <Switch
            aria-labelledby={labelledBy}
            checked={settings.notifications}
            onChange={(event) => mutate({ notifications: event.currentTarget.checked })}
          />
        )}
      </Row>
      <Row
        title="Registry sign-ins of this machine"
        note="Pulls of hosts over SSH use what docker login left here; nothing is stored on the host."
      >
        {(labelledBy) => (
          <Switch
            aria-labelledby={labelledBy}
            checked={settings.useLocalRegistryCredentials}
            onChange={(event) => mutate({ useLocalRegistryCredentials: event.currentTarget.checked })}
          />
        )}
      </Row>
      <Row title="Close to tray" note="Closing the window keeps the console watching.">
        {(labelledBy) => (
          <Switch
            aria-labelledby={labelledBy}
            checked={settings.closeToTray}
            onChange={(event) => mutate({ closeToTray: event.currentTarget.checked })}
          />
        )}
      </Row>
    </Panel>
  );
}

/** A half-typed number is not sent: main would refuse it. */
function inRange(value: string | number, least: number, most: number, send: (value: number) => void) {
  if (typeof value === 'number' && value >= least && value <= most) send(value);
}

interface RowProps {
  title: string;
  note: string;
  children: (labelledBy: string) => ReactNode;
}

function Row({ title, note, children }: RowProps) {
  const label = useId();
  return (
    <div className={classes.row}>
      <div>
        <div id={label} className={classes.rowTitle}>
          {title}
        </div>
        <div className={classes.quiet}>{note}</div>
      </div>
      {children(label)}
    </div>
  );
}
