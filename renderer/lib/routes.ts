/** Every address inside the window. */

export const screens = [
  { id: 'overview', title: 'Overview', path: '/' },
  { id: 'services', title: 'Services', path: '/services' },
  { id: 'deploy', title: 'Deploy', path: '/deploy' },
  { id: 'hosts', title: 'Hosts', path: '/hosts' },
  { id: 'settings', title: 'Settings', path: '/settings' },
] as const;

export const overviewPath = screens[0].path;
export const deployPath = screens[2].path;
export const hostsPath = screens[3].path;

export type ScreenId = (typeof screens)[number]['id'];

export const detailTabs = ['logs', 'probes', 'configuration', 'events', 'inspect'] as const;
export type DetailTab = (typeof detailTabs)[number];

export function isDetailTab(value: string | undefined): value is DetailTab {
  return detailTabs.some((tab) => tab === value);
}

export function servicePath(service: string, tab: DetailTab = 'logs'): string {
  return `/services/${encodeURIComponent(service)}/${tab}`;
}
