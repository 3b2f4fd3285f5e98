import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import classes from './prepare.module.css';

interface FoldProps {
  title: string;
  children: ReactNode;
  /** What it does by itself until the reader decides. */
  open?: boolean;
}

export function Fold({ title, children, open = false }: FoldProps) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const shown = chosen ?? open;
  return (
    <>
      <UnstyledButton className={classes.fold} aria-expanded={shown} onClick={() => setChosen(!shown)}>
        {shown ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
        {title}
      </UnstyledButton>
      {shown ? children : null}
    </>
  );
}
