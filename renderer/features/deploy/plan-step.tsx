import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { PlanStep } from '../../../preload/contract';
import classes from './deploy.module.css';

const actions: Record<PlanStep['action'], { sign: string; word: string; kind: string }> = {
  'pull-image': { sign: '↓', word: 'Pull image', kind: 'add' },
  'deliver-image': { sign: '⇡', word: 'Deliver image', kind: 'add' },
  'build-image': { sign: '⚒', word: 'Build image', kind: 'add' },
  'create-network': { sign: '+', word: 'Create network', kind: 'add' },
  'create-volume': { sign: '+', word: 'Create volume', kind: 'add' },
  'create-container': { sign: '+', word: 'Create', kind: 'add' },
  'recreate-container': { sign: '±', word: 'Recreate', kind: 'change' },
  'start-container': { sign: '▸', word: 'Start', kind: 'change' },
  'remove-container': { sign: '−', word: 'Remove', kind: 'remove' },
  'remove-network': { sign: '−', word: 'Remove network', kind: 'remove' },
  'remove-volume': { sign: '−', word: 'Remove volume', kind: 'remove' },
  'run-job': { sign: '▸', word: 'Run job', kind: 'change' },
  keep: { sign: '=', word: 'Keep', kind: 'keep' },
};

/** Recreating is destructive to the engine, but its word says so and nothing of value is lost. */
function destroys({ destructive, action }: PlanStep): boolean {
  return destructive && action !== 'recreate-container';
}

/** The project's own prefix is on every name and says nothing; the title holds the whole name. */
function targetWords({ target, service }: PlanStep, project: string): string {
  const name = target.startsWith(project) ? target.slice(project.length).replace(/^[-_/]/, '') : target;
  return name === '' || name === service || name === `${service}-1` ? '' : ` ${name}`;
}

/** One step: what is done, why, and what differs; of many differences the first few until more are asked for. */
export function PlanStepView({ step, project }: { step: PlanStep; project: string }) {
  const [open, setOpen] = useState(false);
  const { sign, word, kind } = actions[step.action];
  return (
    <li className={classes.step} data-kind={kind}>
      <span className={classes.sign} aria-hidden>
        {sign}
      </span>
      <span className={classes.stepAction} title={step.target}>
        {word}
        {targetWords(step, project)}
      </span>
      <span className={classes.stepReason}>
        <span className={classes.stepWhy} data-open={open} title={open ? undefined : step.reason}>
          {step.reason}
        </span>
        {destroys(step) ? <strong className={classes.destructive}> What is there is lost.</strong> : null}
      </span>
      <Changes changes={step.changes} open={open} onToggle={() => setOpen(!open)} />
    </li>
  );
}

const MOST_SHOWN = 3;

interface ChangesProps {
  changes: PlanStep['changes'];
  open: boolean;
  onToggle: () => void;
}

function Changes({ changes, open, onToggle }: ChangesProps) {
  const rest = changes.length - MOST_SHOWN;
  if (changes.length === 0) return null;
  return (
    <ul className={classes.changes}>
      {(open ? changes : changes.slice(0, MOST_SHOWN)).map((change) => (
        <li key={change.field}>
          <code>{change.field}</code>
          <code className={classes.from}>{change.from ?? 'not set'}</code>
          <span aria-hidden>→</span>
          <code className={classes.to}>{change.to ?? 'not set'}</code>
        </li>
      ))}
      {rest <= 0 ? null : (
        <li>
          <UnstyledButton className={classes.fold} aria-expanded={open} onClick={onToggle}>
            {open ? `Show the first ${MOST_SHOWN}` : `and ${rest} more`}
          </UnstyledButton>
        </li>
      )}
    </ul>
  );
}
