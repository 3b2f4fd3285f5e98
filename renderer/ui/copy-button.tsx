import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';

const SHOWN_MS = 1500;

interface CopyButtonProps {
  /** Asked for on the click, so that a long text is only made when wanted. */
  text: () => string;
  label: string;
  /** With a title the button carries words, else only the icon. */
  title?: string;
}

/** Copies a text; says that it did. */
export function CopyButton({ text, label, title }: CopyButtonProps) {
  const clipboard = useClipboard({ timeout: SHOWN_MS });
  const icon = clipboard.copied ? <IconCheck size={14} /> : <IconCopy size={14} />;
  const said = clipboard.copied ? 'Copied' : label;
  const copy = () => clipboard.copy(text());
  if (title === undefined) {
    return (
      <Tooltip label={said}>
        <ActionIcon aria-label={said} onClick={copy}>
          {icon}
        </ActionIcon>
      </Tooltip>
    );
  }
  return (
    <Tooltip label={said}>
      <Button variant="default" leftSection={icon} onClick={copy}>
        {clipboard.copied ? 'Copied' : title}
      </Button>
    </Tooltip>
  );
}
