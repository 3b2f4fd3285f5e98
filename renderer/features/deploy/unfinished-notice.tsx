/** A change that did not end, as its console did or its engine stayed away: what is done, and how to go on. */
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Stack } from '../../../preload/contract';
import { formatMoment } from '../../lib/format';
import { useNow } from '../../lib/use-now';
import { type UnfinishedChoice, useSettleUnfinished } from '../../rpc/actions';
import { changeNouns } from '../../rpc/outcomes';
import { useAway } from '../../rpc/workspace';
import { ActButton } from '../../ui/act-button';
import { Notice } from '../../ui/notice';
import { ContinueRemoval } from './continue-removal';

type Unfinished = NonNullable<Stack['unfinished']>;

interface UnfinishedProps {
  stack: Stack;
  unfinished: Unfinished;
}

export function UnfinishedNotice({ stack, unfinished }: UnfinishedProps) {
  const settle = useSettleUnfinished();
  const away = useAway();
  const now = useNow();
  const [asking, ask] = useDisclosure(false);
  const { change = 'apply', startedAt, phase, doneSteps, totalSteps } = unfinished;
  const settleBy = (choice: UnfinishedChoice) => () => settle.mutate({ unfinished, choice });
  const noun = `${change === 'apply' ? 'An' : 'A'} ${changeNouns[change]}`;
  return (
    <Notice
      tone="warn"
      title={`${noun} of ${stack.title} did not end: ${doneSteps} of ${totalSteps} steps done, stopped while ${inSentence(phase)}`}
      actions={
        <>
          <ActButton
            onClick={change === 'remove' ? ask.open : settleBy('continue')}
            blocked={away}
            busy={settle.isPending}
          >
            {change === 'remove' ? 'Continue removing' : 'Continue'}
          </ActButton>
          {change === 'apply' ? (
            <ActButton variant="default" onClick={settleBy('undo')} blocked={away} busy={settle.isPending}>
              Undo
            </ActButton>
          ) : null}
          <Button variant="subtle" color="gray" onClick={settleBy('dismiss')} disabled={settle.isPending}>
            Dismiss
          </Button>
        </>
      }
    >
      Started at {formatMoment(startedAt, now)}. {choicesOf(unfinished)}, Dismiss leaves everything as it is.
      {change === 'remove' ? (
        <ContinueRemoval stack={stack} unfinished={unfinished} opened={asking} onClose={ask.close} />
      ) : null}
    </Notice>
  );
}

function inSentence(phase: string): string {
  return phase.charAt(0).toLowerCase() + phase.slice(1);
}

function choicesOf({ change = 'apply', volumes = false }: Unfinished): string {
  if (change === 'apply') return 'Continue does the remaining steps, Undo takes back what that apply created';
  if (change !== 'remove') return `Continue does the ${change} of the remaining services`;
  const data = volumes ? 'the volumes and their data included' : 'volumes stay';
  return `Continue removing takes away what is left (${data}) after a confirmation`;
}
