import type { DefineOptions } from '../face';

/** A stack as the registry knows it. */
export interface StackEntry {
  id: string;
  builtIn: boolean;
  files: string[];
  options: DefineOptions;
  /** What the project is called when nothing says otherwise. */
  usualProject: string;
}
