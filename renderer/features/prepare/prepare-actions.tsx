import { Button } from '@mantine/core';
import { formatCount } from '../../lib/format';
import { useTaskCalls } from '../../rpc/actions';
import { ActButton } from '../../ui/act-button';
import { allInPlace } from './step-view';
import type { Preparation } from './use-preparation';

/** One accent: going on where it stopped, else running what was chosen. */
export function PrepareActions({ preparation }: { preparation: Preparation }) {
  const { plan, chosen, resumable, active, looking, starting } = preparation;
  const resuming = resumable.length > 0;
  const nothingLeft = plan === null || allInPlace(plan);
  return (
    <>
      <ActButton
        variant="default"
        onClick={preparation.lookAgain}
        busy={looking}
        blocked={active ? 'Steps are running' : null}
      >
        Look again
      </ActButton>
      {active ? <CancelButton preparation={preparation} /> : null}
      {nothingLeft || active ? null : (
        <ActButton
          onClick={() => preparation.run(resuming ? resumable : chosen)}
          blocked={(resuming ? resumable : chosen).length === 0 ? 'No step is ticked' : null}
          busy={looking || starting}
        >
          {resuming
            ? `Resume with ${formatCount(resumable.length, 'step')}`
            : `Run ${formatCount(chosen.length, 'step')}`}
        </ActButton>
      )}
    </>
  );
}

function CancelButton({ preparation: { task } }: { preparation: Preparation }) {
  const { cancel } = useTaskCalls();
  if (task === null) return null;
  const cancelling = task.status.state === 'running' && task.status.cancelling;
  return (
    <Button variant="default" disabled={cancelling} onClick={() => cancel.mutate(task.id)}>
      {cancelling ? 'Cancelling' : 'Cancel'}
    </Button>
  );
}
