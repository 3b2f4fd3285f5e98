/**
 * What the window shows before any script of it has run: the shell in its final places, written into
 * index.html by the build. Knows neither the UI kit nor the connection, so that its styles are few.
 */
import { IconChevronDown, IconSearch } from '@tabler/icons-react';
import { renderToStaticMarkup } from 'react-dom/server';
import { MemoryRouter } from 'react-router';
import tiersCss from '../features/overview/tiers.module.css?inline';
import { TiersSkeleton } from '../features/overview/tiers-skeleton';
import tasks from '../features/tasks/tasks.module.css';
import tasksCss from '../features/tasks/tasks.module.css?inline';
import panelCss from '../ui/panel.module.css?inline';
import { Skeleton } from '../ui/skeleton';
import skeletonCss from '../ui/skeleton.module.css?inline';
import { Rail } from './rail';
import railCss from './rail.module.css?inline';
import shell from './shell.module.css';
import shellCss from './shell.module.css?inline';
import themeCss from './theme.css?inline';
import bar from './top-bar.module.css';
import barCss from './top-bar.module.css?inline';

/** The same rules come again with the application's styles, behind those of the UI kit. */
const styles = [themeCss, shellCss, railCss, barCss, panelCss, skeletonCss, tiersCss, tasksCss];

/** Markup for the root element, and the styles it needs. */
export function drawFirstFrame(): { markup: string; css: string } {
  // The router of the application reads the hash: a link followed before it stands leads there all the same.
  const markup = renderToStaticMarkup(<FirstFrame />).replaceAll('href="/', 'href="#/');
  return { markup, css: styles.join('\n') };
}

function FirstFrame() {
  return (
    <MemoryRouter>
      <div className={shell.shell}>
        <Rail />
        <TopBar />
        <main className={shell.main}>
          <div className={shell.content}>
            <TiersSkeleton />
          </div>
        </main>
        <footer className={tasks.bar} />
      </div>
    </MemoryRouter>
  );
}

function TopBar() {
  return (
    <header className={bar.bar}>
      <span className={bar.switch}>
        <span className={bar.facts}>Looking for engines</span>
        <IconChevronDown size={14} aria-hidden />
      </span>
      <span className={bar.divider} aria-hidden>
        /
      </span>
      <span className={bar.switch}>
        <Skeleton height={16} width={64} />
        <IconChevronDown size={14} aria-hidden />
      </span>
      <span className={bar.search}>
        <IconSearch size={14} aria-hidden />
        <span className={bar.searchWords}>Search or run</span>
      </span>
    </header>
  );
}
