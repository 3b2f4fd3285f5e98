import type { LinkReport } from '../../../preload/contract';
import { hopMachines } from '../../rpc/hop-lines';
import type { ProbeView } from '../../rpc/ssh-hosts';
import { Age } from '../../ui/age';
import { HopList } from '../../ui/hop-list';
import { FailureNotice } from '../../ui/notice';
import { Panel } from '../../ui/panel';
import classes from './hosts.module.css';

interface WayPanelProps {
  link: LinkReport;
  probe: ProbeView;
}

/** What was looked at last: a check of this screen, or the newest attempt to connect. */
function newest({ link, probe }: WayPanelProps) {
  const { hops, running, endedAt } = probe;
  const checked = hops !== null && (running || endedAt === null || endedAt >= link.since);
  return checked && hops.length > 0 ? { hops, checked } : { hops: link.hops, checked: running };
}

export function WayPanel(props: WayPanelProps) {
  const { link, probe } = props;
  const { hops, checked } = newest(props);
  return (
    <Panel
      title="Way to the engine"
      flush
      aside={
        <span aria-live="off">
          <Provenance checked={checked} running={probe.running} at={checked ? probe.endedAt : link.since} />
        </span>
      }
    >
      {probe.failure !== null && hops.length === 0 ? (
        <div className={classes.failure}>
          <FailureNotice failure={probe.failure} />
        </div>
      ) : null}
      <HopList machines={hopMachines(hops)} />
    </Panel>
  );
}

function Provenance({ checked, running, at }: { checked: boolean; running: boolean; at: number | null }) {
  if (running) return 'checking';
  if (at === null || at === 0) return 'not tried yet';
  return (
    <>
      {checked ? 'checked ' : 'newest attempt '}
      <Age at={at} />
    </>
  );
}
