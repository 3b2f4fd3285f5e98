/** How this console behaves, where it keeps its files, and what it is made of. */
import { useSettings } from '../../rpc/workspace';
import { Screen } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { About } from './about';
import { Choices } from './choices';
import classes from './settings.module.css';
import { StackFiles } from './stack-files';

export function SettingsScreen() {
  const settings = useSettings().data;
  return (
    <Screen title="Settings">
      <div className={classes.columns}>
        <div className={classes.side}>
          {settings === undefined ? <Skeleton height={280} /> : <Choices settings={settings} />}
          <StackFiles />
        </div>
        <About />
      </div>
    </Screen>
  );
}
