/** Ctrl/Cmd+K: every screen, service and action by name. */
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import type { ServiceRow } from '../../../preload/contract';
import { byTier } from '../../lib/by-tier';
import { screens, servicePath } from '../../lib/routes';
import { useOpenService } from '../../rpc/actions';
import { sayBlocked, useConfirmedAct } from '../../rpc/confirmed-act';
import { useServiceRows } from '../../rpc/live';
import { shownVerdict } from '../../rpc/observed';
import { useAway, useChangeSettings, useWorkspace } from '../../rpc/workspace';
import { modifierKey } from '../../ui/keys';
import { StatusGlyph, statuses } from '../../ui/status-glyph';
import { useHostGroup } from './host-actions';
import classes from './palette.module.css';

const MOST_SHOWN = 12;

export function Palette() {
  const [opened, setOpened] = useState(false);
  const rows = useRows(opened);
  const actions = [
    useScreenGroup(),
    useServiceGroup(rows),
    useServiceActionGroup(rows),
    useHostGroup(),
    useWindowGroup(),
  ];
  return (
    <Spotlight
      actions={actions}
      onSpotlightOpen={() => setOpened(true)}
      onSpotlightClose={() => setOpened(false)}
      shortcut="mod + K"
      tagsToIgnore={[]}
      onExitTransitionEnd={focusWhatIsShown}
      nothingFound="Nothing by that name"
      limit={MOST_SHOWN}
      highlightQuery
      scrollable
      maxHeight={420}
      // Fewer results must not move the field that is typed in.
      centered={false}
      yOffset="12vh"
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
      size={620}
      transitionProps={{ duration: 80 }}
      attributes={{ content: { 'aria-label': 'Search or run' } }}
      classNames={{ action: classes.action, actionDescription: classes.description }}
      searchProps={{
        leftSection: <IconSearch size={16} />,
        placeholder: 'Screen, service or action',
        'aria-label': 'Screen, service or action',
      }}
    />
  );
}

/** What had the focus may be gone with the screen it was on. */
function focusWhatIsShown() {
  if (document.activeElement === document.body) document.getElementById('screen')?.focus();
}

function useScreenGroup(): SpotlightActionGroupData {
  const navigate = useNavigate();
  return {
    group: 'Screens',
    actions: screens.map((screen, index) => ({
      id: `screen ${screen.id}`,
      label: screen.title,
      description: `${modifierKey}+${index + 1}`,
      onClick: () => void navigate(screen.path),
    })),
  };
}

/** Only while open: a closed palette must not rebuild its actions with every sample. */
function useRows(opened: boolean): readonly ServiceRow[] {
  const { target } = useWorkspace();
  return useServiceRows(opened ? target : null).items;
}

function useServiceGroup(rows: readonly ServiceRow[]): SpotlightActionGroupData {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  return {
    group: 'Services',
    actions: [...rows].sort(byTier).map((row) => ({
      id: `service ${row.id}`,
      label: row.title,
      description: `${stateWords(row)} — logs, probes, configuration`,
      keywords: [row.id, row.image],
      leftSection: <Glyph row={row} />,
      onClick: () => void navigate(servicePath(row.id), { state: { from: pathname } }),
    })),
  };
}

function Glyph({ row }: { row: ServiceRow }) {
  const { state, past } = shownVerdict(row);
  return (
    <span data-stale={past}>
      <StatusGlyph status={state} />
    </span>
  );
}

/** `Healthy`, or `Was healthy` while its engine does not answer. */
function stateWords(row: ServiceRow): string {
  const { state, past } = shownVerdict(row);
  const { word } = statuses[state];
  return past ? `Was ${word.toLowerCase()}` : word;
}

function useServiceActionGroup(rows: readonly ServiceRow[]): SpotlightActionGroupData {
  const act = useConfirmedAct();
  const open = useOpenService();
  const away = useAway();
  // A published port of this machine answers without its engine; one over SSH does not.
  const unreached = useWorkspace().host?.link == null ? null : away;
  const visit = (row: ServiceRow) =>
    unreached === null ? open.mutate(row) : sayBlocked(`Open ${row.title}`, unreached);
  const actions = [...rows].sort(byTier).flatMap((row): SpotlightActionData[] => {
    const running = row.engineState === 'running';
    const restart = {
      id: `restart ${row.id}`,
      label: `${running ? 'Restart' : 'Start'} ${row.title}`,
      description: away ?? '',
      onClick: () => act([row], running ? 'restart' : 'start'),
    };
    const stop = {
      id: `stop ${row.id}`,
      label: `Stop ${row.title}`,
      description: away ?? '',
      onClick: () => act([row], 'stop'),
    };
    const { webUrl } = row;
    const web = {
      id: `web ${row.id}`,
      label: `Open ${row.title} in the browser`,
      description: unreached ?? webUrl ?? '',
    };
    return [
      ...(row.containerId === null ? [] : [restart]),
      ...(running ? [stop] : []),
      ...(webUrl === null ? [] : [{ ...web, onClick: () => visit(row) }]),
    ];
  });
  return { group: 'Service actions', actions };
}

function useWindowGroup(): SpotlightActionGroupData {
  const { stacks } = useWorkspace();
  const change = useChangeSettings();
  return {
    group: 'Stacks and window',
    actions: [
      ...stacks.items.map((item) => ({
        id: `stack ${item.id}`,
        label: `Show stack ${item.title}`,
        description: item.project,
        onClick: () => change.mutate({ selectedStackId: item.id }),
      })),
      ...(['system', 'light', 'dark'] as const).map((theme) => ({
        id: `theme ${theme}`,
        label: `Theme: ${theme}`,
        onClick: () => change.mutate({ theme }),
      })),
    ],
  };
}
