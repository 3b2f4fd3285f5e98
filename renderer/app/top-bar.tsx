import { UnstyledButton } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { modifierKey } from '../ui/keys';
import { HostSwitcher } from './host-switcher';
import { StackSwitcher } from './stack-switcher';
import classes from './top-bar.module.css';

export function TopBar() {
  return (
    <header className={classes.bar}>
      <HostSwitcher />
      <span className={classes.divider} aria-hidden>
        /
      </span>
      <StackSwitcher />
      <UnstyledButton
        className={classes.search}
        onClick={() => spotlight.open()}
        aria-label="Search or run a command"
      >
        <IconSearch size={14} aria-hidden />
        <span className={classes.searchWords}>Search or run</span>
        <kbd className={classes.key}>{modifierKey} K</kbd>
      </UnstyledButton>
    </header>
  );
}
