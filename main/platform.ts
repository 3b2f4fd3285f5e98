/** What differs between the window, the command line and a test; handed to console.ts so that it never imports Electron. */
export interface Platform {
  /** Writable: journals, generated secrets of packaged stacks, window state. */
  dataDirectory: string;
  logDirectory: string;
  /** Where the built-in stacks are: `stacks/` of a checkout or of the packaged resources. */
  stacksDirectory: string;
  /** Names this console in the apply lock: user@machine, pid and a random part. */
  owner: string;
  environment: Record<string, string | undefined>;
  version: string;
}
