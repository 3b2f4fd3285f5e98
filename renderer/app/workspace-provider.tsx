import { useMantineColorScheme } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useWorkspaceValue, WorkspaceContext } from '../rpc/workspace';

export function WorkspaceProvider({ children }: { children: ReactNode }) {
  const workspace = useWorkspaceValue();
  const { setColorScheme } = useMantineColorScheme();
  const theme = workspace.settings?.theme;
  useEffect(() => {
    if (theme !== undefined) setColorScheme(theme === 'system' ? 'auto' : theme);
  }, [theme, setColorScheme]);
  return <WorkspaceContext value={workspace}>{children}</WorkspaceContext>;
}
