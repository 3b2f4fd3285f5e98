import type { ApplyRecord } from '../../../preload/contract';
import { changeNouns, outcomes } from '../../rpc/outcomes';
import { useHistory } from '../../rpc/queries';
import { Age, Elapsed, Moment } from '../../ui/age';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './deploy.module.css';

export function HistoryPanel() {
  const records = useHistory().data;
  return (
    <Panel title="History" flush aside={<span>newest first</span>}>
      {records === undefined ? (
        <Skeleton height={44} />
      ) : records.length === 0 ? (
        <p className={classes.same}>This console has changed nothing of this stack on this host.</p>
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Started</th>
              <th scope="col">Age</th>
              <th scope="col">Change</th>
              <th scope="col">Outcome</th>
              <th scope="col">Steps</th>
              <th scope="col">Took</th>
              <th scope="col">Summary</th>
            </tr>
          </thead>
          <tbody>
            {records.map((record) => (
              <Row key={record.journalId} record={record} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Row({ record }: { record: ApplyRecord }) {
  return (
    <tr>
      <td>
        <Moment at={record.startedAt} />
      </td>
      <td>
        <Age at={record.startedAt} />
      </td>
      <td>{changeNouns[record.change ?? 'apply']}</td>
      <td>
        <StatusLabel {...outcomes[record.outcome]} />
      </td>
      <td>
        {record.doneSteps} of {record.totalSteps}
      </td>
      <td>
        {record.endedAt === null ? 'not ended' : <Elapsed since={record.startedAt} until={record.endedAt} />}
      </td>
      <td className={classes.summary}>{record.summary}</td>
    </tr>
  );
}
