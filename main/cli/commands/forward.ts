/** `bizosaas forward`: ports of this machine that lead to services of the host, open until Ctrl-C. */
import type { Forward } from '../../../preload/contract';
import { type CommandRun, printJson } from '../context';
import { EXIT } from '../exit-codes';
import { openReachable, withConsole } from '../open';
import type { Terminal } from '../terminal';

export interface ForwardWords {
  services: string[];
  /** Inside the containers; null for each service's own. */
  port: number | null;
}

export const runForward: CommandRun<ForwardWords> = ({ platform, terminal, options, services, port }) =>
  withConsole({ platform, terminal }, async (console) => {
    const { on, host } = await openReachable(console, terminal, options);
    const { forwards } = console.services;
    const opened: Forward[] = [];
    for (const service of services) opened.push(await forwards.open(on, service, port ?? undefined));
    if (options.json) printJson(terminal, opened);
    else for (const forward of opened) terminal.out(lineFor(forward));
    terminal.note(`Open through ${host.title} until Ctrl-C.\n`);
    await untilInterrupted(terminal);
    return EXIT.OK;
  });

function lineFor({ target, url }: Forward): string {
  return target.kind === 'service' ? `${target.service}:${target.port}  ${url}` : `${target.port}  ${url}`;
}

function untilInterrupted(terminal: Terminal): Promise<void> {
  return new Promise((resolve) => {
    const stopListening = terminal.onInterrupt(() => {
      stopListening();
      resolve();
    });
  });
}
