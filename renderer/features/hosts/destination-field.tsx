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
  const combobox = useCombobox({ opened: true });
  const found = matchingAliases(aliases, value);
  const type = (typed: string) => {
    // What was marked in another list of matches must not be taken by Enter.
    combobox.resetSelectedOption();
    onChange(typed);
  };
  return (
    <Combobox store={combobox} onOptionSubmit={type}>
      <Combobox.EventsTarget>
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
      <Combobox.Options className={classes.aliases} aria-label="Aliases of ~/.ssh/config">
        {found.map(({ alias, description }) => (
          <Combobox.Option key={alias} value={alias} className={classes.alias}>
            <span>{alias}</span>
            <span className={classes.quiet}>{description}</span>
          </Combobox.Option>
        ))}
        {found.length === 0 && aliases.length > 0 ? (
          <Combobox.Empty>No alias matches; what is typed is taken as it is</Combobox.Empty>
        ) : null}
      </Combobox.Options>
    </Combobox>
  );
}
