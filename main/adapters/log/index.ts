/** The Log port over electron-log, in its plain Node form so that window and command line share it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import log from 'electron-log/node';
import type { Log } from '../../services/log';

const MAX_LOG_FILE_BYTES = 5 * 1024 * 1024;

/** Writes `console.log` in `directory`, an event a line, rotated at 5 MiB. Nothing goes to standard output. */
export function createFileLog(directory: string): Log & { readonly file: string } {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'console.log');
  const logger = log.create({ logId: 'console' });
  logger.transports.console.level = false;
  logger.transports.file.resolvePathFn = () => file;
  logger.transports.file.maxSize = MAX_LOG_FILE_BYTES;
  return {
    file,
    info: (message, data) => logger.info(lineOf(message, data)),
    warn: (message, data) => logger.warn(lineOf(message, data)),
    error: (message, data) => logger.error(lineOf(message, data)),
  };
}

/** JSON, which nothing that a host or a container says can break out of its line. */
function lineOf(message: string, data: Record<string, unknown> | undefined): string {
  return data ? `${message} ${JSON.stringify(data)}` : message;
}
