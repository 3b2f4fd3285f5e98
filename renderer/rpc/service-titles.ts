import { useServiceRows } from './live';
import { useWorkspace } from './workspace';

export type TitleOf = (service: string) => string;

/** What a service is called on every screen; its id where nothing else is known. */
export function useServiceTitles(): TitleOf {
  const { target } = useWorkspace();
  const rows = useServiceRows(target).items;
  return (service) => rows.find(({ id }) => id === service)?.title ?? service;
}
