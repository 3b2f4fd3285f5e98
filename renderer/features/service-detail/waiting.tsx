import { useAway } from '../../rpc/workspace';
import { Empty } from '../../ui/empty';
import { Skeleton } from '../../ui/skeleton';

/** In place of what was asked of the engine and is not there yet, in its height. */
export function Waiting({ height }: { height: number }) {
  if (useAway() === null) return <Skeleton height={height} />;
  return (
    <Empty title="The engine does not answer">
      What it knows of this service is asked for as soon as it answers again.
    </Empty>
  );
}
