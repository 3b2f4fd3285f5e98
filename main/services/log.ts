/** Port: the console's own log. Implemented in adapters/log over electron-log; tests pass a collector. Never given a secret. */
export interface Log {
  info(message: string, data?: Record<string, unknown>): void;
  warn(message: string, data?: Record<string, unknown>): void;
  error(message: string, data?: Record<string, unknown>): void;
}
