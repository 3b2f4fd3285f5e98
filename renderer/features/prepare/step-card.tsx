import { Button, Checkbox } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useId } from 'react';
import { Elapsed, Moment } from '../../ui/age';
import { CopyButton } from '../../ui/copy-button';
import { StatusLabel } from '../../ui/status-glyph';
import { Fold } from './fold';
import { Output } from './output';
import classes from './prepare.module.css';
import type { StepView } from './step-view';
import { UndoStep } from './undo-step';
import type { Preparation } from './use-preparation';

interface StepCardProps {
  view: StepView;
  preparation: Preparation;
}

/** One step: why, exactly what runs, what it printed, and the way back. */
export function StepCard({ view, preparation }: StepCardProps) {
  const { step, run, telling } = view;
  const title = useId();
  return (
    <li className={classes.step} data-state={view.status}>
      {step.state === 'needed' ? (
        <Checkbox
          className={classes.tick}
          aria-labelledby={title}
          checked={preparation.chosen.includes(step.id)}
          disabled={preparation.active}
          onChange={(event) => preparation.choose(step.id, event.currentTarget.checked)}
        />
      ) : (
        <span className={classes.noTick} />
      )}
      <div className={classes.stepBody}>
        <div className={classes.stepHead}>
          <h3 id={title} className={classes.stepTitle}>
            {step.title}
          </h3>
          <StatusLabel status={view.status} word={view.word} />
          <RanAt view={view} />
          <StepButtons view={view} preparation={preparation} />
        </div>
        <p className={classes.quiet}>{step.reason}</p>
        <Fold title={step.state === 'in-place' ? 'What it would run' : 'What it runs as root'}>
          <div className={classes.commands}>
            <pre>{commandText(step)}</pre>
            <CopyButton text={() => commandText(step)} label={`Copy the commands of ${step.title}`} />
          </div>
        </Fold>
        {run === null || run.output.length === 0 ? null : (
          <Output run={run} open={telling} title={step.title} />
        )}
      </div>
    </li>
  );
}

/** What confirms a step runs over a new connection: without it the step takes itself back. */
function commandText({ commands, confirm }: StepView['step']): string {
  const first = commands.join('\n');
  if (confirm.length === 0) return first;
  return `${first}\n\n# then, over a new connection within a minute, or all of it is taken back\n${confirm.join('\n')}`;
}

function RanAt({ view: { run } }: { view: StepView }) {
  if (run === null || run.startedAt === null) return null;
  if (run.state === 'undone')
    return (
      <span className={classes.quiet}>
        taken back <Moment at={run.startedAt} />
      </span>
    );
  return (
    <span className={classes.quiet}>
      {run.state === 'running' ? 'began' : 'ran'} <Moment at={run.startedAt} />,{' '}
      {run.endedAt === null && run.state !== 'running' ? (
        'end not known'
      ) : (
        <Elapsed since={run.startedAt} until={run.endedAt} />
      )}
    </span>
  );
}

function StepButtons({ view, preparation }: StepCardProps) {
  const [undoing, undo] = useDisclosure(false);
  const { step } = view;
  const resumable = preparation.resumable[0] === step.id;
  const undoable = step.state === 'in-place' && step.undo.length > 0;
  return (
    <span className={classes.stepButtons}>
      {resumable ? (
        <Button variant="default" onClick={() => preparation.run(preparation.resumable)}>
          Resume
        </Button>
      ) : null}
      {undoable ? (
        <Button variant="subtle" color="gray" disabled={preparation.active} onClick={undo.open}>
          Undo…
        </Button>
      ) : null}
      <UndoStep step={step} opened={undoing} onClose={undo.close} onUndo={() => preparation.undo(step.id)} />
    </span>
  );
}
