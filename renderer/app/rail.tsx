import {
  IconLayoutDashboard,
  IconRocket,
  IconServer2,
  IconSettings,
  IconStack2,
  type TablerIcon,
} from '@tabler/icons-react';
import { NavLink } from 'react-router';
import { type ScreenId, screens } from '../lib/routes';
import { modifierKey } from '../ui/keys';
import { Mark } from './mark';
import classes from './rail.module.css';

const icons: Record<ScreenId, TablerIcon> = {
  overview: IconLayoutDashboard,
  services: IconStack2,
  deploy: IconRocket,
  hosts: IconServer2,
  settings: IconSettings,
};

export function Rail() {
  return (
    <nav className={classes.rail} aria-label="Screens">
      <div className={classes.mark}>
        <Mark />
        <span className={classes.name}>BizOSaaS</span>
      </div>
      <ul className={classes.list}>
        {screens.map((screen, index) => (
          <RailEntry key={screen.id} index={index} {...screen} />
        ))}
      </ul>
    </nav>
  );
}

function RailEntry({ id, title, path, index }: { id: ScreenId; title: string; path: string; index: number }) {
  const Icon = icons[id];
  const shortcut = `${modifierKey === '⌘' ? 'Meta' : 'Control'}+${index + 1}`;
  return (
    <li>
      <NavLink to={path} end={path === '/'} className={classes.entry} aria-keyshortcuts={shortcut}>
        <Icon size={18} stroke={1.75} aria-hidden />
        <span className={classes.title}>{title}</span>
        <kbd className={classes.shortcut} aria-hidden>
          {index + 1}
        </kbd>
      </NavLink>
    </li>
  );
}
