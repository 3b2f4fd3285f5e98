import { Combobox, TextInput, useCombobox } from '@mantine/core';
import classes from './hosts.module.css';
import { matchingAliases } from './matching-aliases';

export interface Alias {
  alias: string;
  description: string;
}

interface DestinationFieldProps {
  value: string;
  onChange: (value: string) => void;
  error: string | null;
  aliases: readonly Alias[];
}

/** Free text with the known aliases below it; the list has its place, so that it covers nothing. */
export function DestinationField({ value, onChange, error, aliases }: DestinationFieldProps) {
  const found = matchingAliases(aliases, value);
  const combobox = useCombobox({ opened: found.length > 0 });
  const type = (typed: string) => {
    // What was marked in another list of matches must not be taken by Enter.
    combobox.resetSelectedOption();
    onChange(typed);
  };
  return (
    <Combobox store={combobox} onOptionSubmit={type}>
      {/* The list never closes, so Esc is not its own: it closes the dialog. */}
      <Combobox.EventsTarget data-mantine-stop-propagation={false}>
        <TextInput
          label="Destination"
          description="user@host, user@host:port, ssh://… or an alias of ~/.ssh/config"
          placeholder="root@203.0.113.10"
          value={value}
          onChange={(event) => type(event.currentTarget.value)}
          error={error}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
      </Combobox.EventsTarget>
      {found.length > 0 ? <Options found={found} /> : null}
    </Combobox>
  );
}

function Options({ found }: { found: readonly Alias[] }) {
  return (
    <Combobox.Options className={classes.aliases} aria-label="Aliases of ~/.ssh/config">
      {found.map(({ alias, description }) => (
        <Combobox.Option key={alias} value={alias} className={classes.alias}>
          <span>{alias}</span>
          <span className={classes.quiet}>{description}</span>
        </Combobox.Option>
      ))}
    </Combobox.Options>
  );
}
