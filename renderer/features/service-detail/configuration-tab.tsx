import { IconLock } from '@tabler/icons-react';
import type { Configuration } from '../../../preload/contract';
import { explainError } from '../../rpc/errors';
import { useConfiguration } from '../../rpc/queries';
import { CopyButton } from '../../ui/copy-button';
import { FailureNotice } from '../../ui/notice';
import { ScrollRegion } from '../../ui/scroll-region';
import classes from './detail.module.css';
import { Waiting } from './waiting';

export function ConfigurationTab({ service }: { service: string }) {
  const configuration = useConfiguration(service);
  if (configuration.isError) return <FailureNotice failure={explainError(configuration.error)} />;
  if (configuration.data === undefined) return <Waiting height={320} />;
  return (
    <ScrollRegion className={classes.scroll} label="Configuration">
      <div className={classes.column}>
        {configuration.data.sections.map((section) => (
          <Section key={section.title} section={section} />
        ))}
        <Commands commands={configuration.data.commands} />
      </div>
    </ScrollRegion>
  );
}

function Section({ section }: { section: Configuration['sections'][number] }) {
  return (
    <section>
      <h3 className={classes.sectionTitle}>{section.title}</h3>
      <dl className={classes.pairs}>
        {section.rows.map((row) => (
          <div key={`${row.name} ${row.value}`} className={classes.pair}>
            <dt>{row.name}</dt>
            <dd>
              {row.masked ? (
                <span className={classes.masked}>
                  <IconLock size={12} aria-hidden /> {row.value}
                </span>
              ) : (
                <code>{row.value}</code>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Commands({ commands }: { commands: Configuration['commands'] }) {
  return (
    <section>
      <h3 className={classes.sectionTitle}>The same by hand</h3>
      <ul>
        {commands.map((command) => (
          <li key={command.title} className={classes.commandRow}>
            <span className={classes.commandTitle}>{command.title}</span>
            <code className={classes.command}>{command.command}</code>
            <CopyButton text={() => command.command} label={`Copy: ${command.title}`} />
          </li>
        ))}
      </ul>
    </section>
  );
}
