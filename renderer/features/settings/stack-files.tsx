import { Button } from '@mantine/core';
import type { Stack } from '../../../preload/contract';
import { useAddStack, useForgetStack } from '../../rpc/actions';
import { useWorkspace } from '../../rpc/workspace';
import { ActButton } from '../../ui/act-button';
import { Panel } from '../../ui/panel';
import classes from './settings.module.css';

/** The stacks the console knows; forgetting one leaves its files and containers alone. */
export function StackFiles() {
  const { stacks } = useWorkspace();
  const add = useAddStack();
  return (
    <Panel
      title="Stacks"
      flush
      actions={
        <ActButton variant="default" onClick={() => add.mutate()} busy={add.isPending}>
          Open Compose files
        </ActButton>
      }
    >
      <ul>
        {stacks.items.map((stack) => (
          <StackEntry key={stack.id} stack={stack} />
        ))}
      </ul>
    </Panel>
  );
}

function StackEntry({ stack }: { stack: Stack }) {
  const forget = useForgetStack();
  return (
    <li className={classes.row}>
      <div>
        <div className={classes.rowTitle}>
          {stack.title} {stack.sandbox ? <span className={classes.quiet}>(sandbox)</span> : null}
        </div>
        <div className={classes.paths}>
          {stack.files.map((file) => (
            <code key={file}>{file}</code>
          ))}
        </div>
      </div>
      {stack.builtIn ? (
        <span className={classes.quiet}>built in</span>
      ) : (
        <Button
          variant="default"
          aria-label={`Forget ${stack.title}`}
          onClick={() => forget.mutate(stack.id)}
        >
          Forget
        </Button>
      )}
    </li>
  );
}
