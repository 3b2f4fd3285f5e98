/** Every address inside the window. */

export const screens = [
  { id: 'overview', title: 'Overview', path: '/' },
  { id: 'services', title: 'Services', path: '/services' },
  { id: 'deploy', title: 'Deploy', path: '/deploy' },
  { id: 'hosts', title: 'Hosts', path: '/hosts' },
  { id: 'settings', title: 'Settings', path: '/settings' },
] as const;

export const overviewPath = screens[0].path;
export const servicesPath = screens[1].path;
export const deployPath = screens[2].path;
export const hostsPath = screens[3].path;

/** Hosts with the dialog open that adds one. */
export const addHostPath = `${hostsPath}?add`;

export function hostPath(hostId: string): string {
  return `${hostsPath}/${encodeURIComponent(hostId)}`;
}

/** A host with its connection being checked at once. */
export function checkHostPath(hostId: string): string {
  return `${hostPath(hostId)}?check`;
}

export function preparePath(hostId: string): string {
  return `${hostPath(hostId)}/prepare`;
}

export type ScreenId = (typeof screens)[number]['id'];

export const detailTabs = ['logs', 'probes', 'configuration', 'events', 'inspect'] as const;
export type DetailTab = (typeof detailTabs)[number];

export function isDetailTab(value: string | undefined): value is DetailTab {
  return detailTabs.some((tab) => tab === value);
}

export function servicePath(service: string, tab: DetailTab = 'logs'): string {
  return `/services/${encodeURIComponent(service)}/${tab}`;
}

/** Where closing leads that which is opened from elsewhere than the table of services; goes with the address. */
export interface Opened {
  from: string;
}

export const fromOverview: Opened = { from: overviewPath };

/** The screen a service was opened from: what the address came with, if that is one. */
export function openedFrom(state: unknown): string {
  const from = typeof state === 'object' && state !== null && 'from' in state ? state.from : null;
  return screens.find(({ path }) => path === from)?.path ?? servicesPath;
}
