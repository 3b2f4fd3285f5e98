import { Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { modifierKey } from '../../ui/keys';
import classes from './services.module.css';

const keys: readonly [string, string][] = [
  ['j or ↓', 'Next row'],
  ['k or ↑', 'Previous row'],
  ['Enter or l', 'Open the service, logs first'],
  ['x or Space', 'Select the row'],
  ['a', 'Start'],
  ['s', 'Stop'],
  ['r', 'Restart'],
  ['w', 'Open in the browser'],
  ['/', 'Filter'],
  ['Esc', 'Clear the filter, close what is open'],
  [`${modifierKey} K`, 'Search or run'],
  [`${modifierKey} J`, 'Tasks'],
  [`${modifierKey} 1 – 5`, 'Screens'],
  ['F8', 'To the newest message'],
  ['?', 'This list'],
];

interface KeyHelpProps {
  opened: boolean;
  close: () => void;
}

export function useKeyHelp() {
  const [opened, { open, close }] = useDisclosure(false);
  return { opened, open, close };
}

export function KeyHelp({ opened, close }: KeyHelpProps) {
  return (
    <Modal opened={opened} onClose={close} title="Keys">
      <dl className={classes.keys}>
        {keys.map(([key, meaning]) => (
          <div key={key} className={classes.keyRow}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
