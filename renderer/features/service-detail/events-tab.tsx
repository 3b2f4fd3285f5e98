import { explainError } from '../../rpc/errors';
import { useEvents } from '../../rpc/queries';
import { Age, Moment } from '../../ui/age';
import { Empty } from '../../ui/empty';
import { FailureNotice } from '../../ui/notice';
import { ScrollRegion } from '../../ui/scroll-region';
import classes from './detail.module.css';
import { eventWords } from './event-words';
import { Waiting } from './waiting';

export function EventsTab({ service }: { service: string }) {
  const events = useEvents(service);
  if (events.isError && events.data === undefined)
    return <FailureNotice failure={explainError(events.error)} />;
  if (events.data === undefined) return <Waiting height={320} />;
  if (events.data.length === 0)
    return <Empty title="The engine reported no event for this service in the last 24 h" />;
  return (
    <ScrollRegion className={classes.scroll} label="Events">
      <table className={classes.table}>
        <caption className={classes.caption}>{events.data.length} events, newest first</caption>
        <thead>
          <tr>
            <th scope="col">At</th>
            <th scope="col">Age</th>
            <th scope="col">Event</th>
            <th scope="col">Detail</th>
          </tr>
        </thead>
        <tbody>
          {events.data.map((event) => (
            <tr key={`${event.at} ${event.action} ${event.detail}`}>
              <td>
                <Moment at={event.at} />
              </td>
              <td>
                <Age at={event.at} />
              </td>
              <td title={event.action}>{eventWords(event.action)}</td>
              <td className={classes.meaning}>{event.detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
