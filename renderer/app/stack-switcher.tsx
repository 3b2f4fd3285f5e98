import { Menu, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconFolderOpen } from '@tabler/icons-react';
import type { Stack } from '../../preload/contract';
import { formatCount } from '../lib/format';
import { useAddStack } from '../rpc/actions';
import { changeNouns } from '../rpc/outcomes';
import { useChangeSettings, useWorkspace } from '../rpc/workspace';
import { Skeleton } from '../ui/skeleton';
import classes from './top-bar.module.css';

export function StackSwitcher() {
  const { stacks, stack, settings } = useWorkspace();
  const change = useChangeSettings();
  const add = useAddStack();
  const choose = (selectedStackId: string) => change.mutate({ selectedStackId });
  return (
    <Menu position="bottom-start" width={400}>
      <Menu.Target>
        <UnstyledButton className={classes.switch}>
          {settings === null || (stack === null && stacks.status === 'waiting') ? (
            <Skeleton height={16} width={64} />
          ) : (
            <span className={classes.switchName}>{stack?.title ?? settings.selectedStackId}</span>
          )}
          {stack?.sandbox ? (
            <span className={classes.tag} data-kind="sandbox">
              sandbox
            </span>
          ) : null}
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {stacks.items.map((item) => (
          <Menu.Item key={item.id} onClick={() => choose(item.id)} aria-current={item.id === stack?.id}>
            <StackOption stack={item} />
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconFolderOpen size={14} />}
          onClick={() => add.mutate(undefined, { onSuccess: (added) => added && choose(added.id) })}
        >
          Open Compose files
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function StackOption({ stack }: { stack: Stack }) {
  const containers = stack.containers === null ? 'not observed' : formatCount(stack.containers, 'container');
  return (
    <span className={classes.option}>
      <span className={classes.optionHead}>
        <strong>{stack.title}</strong>
        {stack.sandbox ? (
          <span className={classes.tag} data-kind="sandbox">
            sandbox
          </span>
        ) : null}
        {stack.unfinished === null ? null : (
          <span className={classes.tag}>unfinished {changeNouns[stack.unfinished.change ?? 'apply']}</span>
        )}
      </span>
      <span className={classes.optionNote}>
        {stack.project} · {containers}
      </span>
    </span>
  );
}
