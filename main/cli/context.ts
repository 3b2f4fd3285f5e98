/** What a command is given. */
import type { Platform } from '../platform';
import type { ExitCode } from './exit-codes';
import type { CommonOptions } from './options';
import type { Terminal } from './terminal';

export interface CommandContext {
  platform: Platform;
  terminal: Terminal;
  options: CommonOptions;
}

/** Services or other words after the command's name. */
export type CommandRun<Extra = object> = (context: CommandContext & Extra) => Promise<ExitCode>;

export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out(JSON.stringify(value, null, 2));
}
