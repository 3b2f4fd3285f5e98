/** Port: what only a desktop shell can do. Implemented in adapters/electron; absent without a window. */
export interface Desktop {
  /** Opens an http(s) address in the user's browser; false when the address is refused. */
  openExternal(url: string): Promise<boolean>;
  /** Absolute paths; empty when the person cancelled. */
  chooseComposeFiles(): Promise<string[]>;
  showInFolder(path: string): void;
  readonly versions: { electron: string; chrome: string; node: string };
  /** Said when a stand-in runtime runs instead of the pinned Electron. */
  readonly runtimeNotice: string | null;
}
