import { useHotkeys } from '@mantine/hooks';
import { Outlet, useLocation, useNavigate } from 'react-router';
import { Palette } from '../features/palette';
import { SignInDialog } from '../features/sign-in';
import { TaskBar } from '../features/tasks';
import { screens } from '../lib/routes';
import { Banners } from './banners';
import { ErrorBoundary } from './error-boundary';
import { Notes } from './notes';
import { Rail } from './rail';
import classes from './shell.module.css';
import { TopBar } from './top-bar';
import { useNavigateMessages } from './use-navigate-messages';

/** The frame that never goes away: rail, top bar, banners, the screen, the task bar. */
export function Shell() {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  useNavigateMessages();
  // Where the keys go on is the screen, not what was left behind on the one before.
  const show = (path: string) => {
    void navigate(path);
    focusScreen();
  };
  useHotkeys(
    screens.map((screen, index) => [`mod+${index + 1}`, () => show(screen.path)]),
    [],
  );
  return (
    <div className={classes.shell}>
      <button type="button" className={classes.skip} onClick={focusScreen}>
        Skip to content
      </button>
      <Rail />
      <TopBar />
      <main className={classes.main} id="screen" tabIndex={-1}>
        <Banners />
        <ErrorBoundary resetKey={pathname}>
          <div className={classes.content}>
            <Outlet />
          </div>
        </ErrorBoundary>
      </main>
      <Notes />
      <TaskBar />
      <Palette />
      <SignInDialog />
    </div>
  );
}

/** A button, not a link: the hash belongs to the router. */
function focusScreen() {
  document.getElementById('screen')?.focus();
}
