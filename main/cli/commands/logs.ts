/** `bizosaas logs`: the last lines of services, and with `--follow` what comes. */
import type { LogLine } from '../../../preload/contract';
import { PROJECT_LABEL, SERVICE_LABEL } from '../../services/containers/find';
import { type CommandRun, printJson } from '../context';
import { EXIT } from '../exit-codes';
import { type Opened, openReachable, withConsole } from '../open';
import type { Terminal } from '../terminal';

export interface LogWords {
  services: string[];
  follow: boolean;
  tail: number;
}

export const runLogs: CommandRun<LogWords> = ({ platform, terminal, options, ...words }) =>
  withConsole({ platform, terminal }, async (console) => {
    const opened = await openReachable(console, terminal, options);
    const services = words.services.length > 0 ? words.services : await servicesWithContainers(opened);
    if (services.length === 0)
      terminal.note(`${opened.project} has no containers on ${opened.host.title}.\n`);
    const reading = { services, tail: words.tail, json: options.json };
    if (words.follow) await follow(opened, reading, terminal);
    else await print(opened, reading, terminal);
    return EXIT.OK;
  });

/** Nothing was said yet by what was never made; only a name that was asked for must have a container. */
async function servicesWithContainers({ console, on, project }: Opened): Promise<string[]> {
  const session = await console.services.hosts.session(on.hostId);
  const containers = await session.engine.listContainers([`${PROJECT_LABEL}=${project}`]);
  if (containers.length === 0) return [];
  const made = new Set(containers.map(({ labels }) => labels[SERVICE_LABEL]));
  const { project: definition } = await console.services.stacks.known(on);
  return Object.keys(definition.services).filter((service) => made.has(service));
}

type ServiceLine = LogLine & { service: string };

interface Reading {
  services: string[];
  tail: number;
  json: boolean;
}

async function print(
  { console, on }: Opened,
  { services, tail, json }: Reading,
  terminal: Terminal,
): Promise<void> {
  const read = async (service: string): Promise<ServiceLine[]> => {
    const lines = await console.services.containers.readLogs(on, service, tail);
    return lines.map((line) => ({ service, ...line }));
  };
  const lines = (await Promise.all(services.map(read))).flat().sort((a, b) => a.at - b.at);
  if (json) printJson(terminal, lines);
  else for (const line of lines) terminal.out(lineText(line, services));
}

function lineText({ service, at, text }: ServiceLine, services: string[]): string {
  const time = new Date(at).toISOString();
  if (services.length === 1) return `${time} ${text}`;
  const width = Math.max(...services.map((name) => name.length));
  return `${service.padEnd(width)} ${time} ${text}`;
}

/** What comes has no end that a document could have: as JSON each line is one. */
export function followedText(
  line: ServiceLine,
  { services, json }: Pick<Reading, 'services' | 'json'>,
): string {
  return json ? JSON.stringify(line) : lineText(line, services);
}

/** Until Ctrl-C, or until every stream has ended. */
async function follow(opened: Opened, reading: Reading, terminal: Terminal): Promise<void> {
  const stop = new AbortController();
  const stopListening = terminal.onInterrupt(() => stop.abort());
  const one = (service: string) => followOne(opened, service, { ...reading, terminal }, stop.signal);
  try {
    await Promise.all(reading.services.map(one));
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    stopListening();
  }
}

async function followOne(
  { console, on }: Opened,
  service: string,
  { terminal, ...reading }: Reading & { terminal: Terminal },
  signal: AbortSignal,
): Promise<void> {
  for await (const batch of console.services.containers.followLogs(on, service, reading.tail, signal)) {
    if (batch.dropped > 0) terminal.note(`${service}: ${batch.dropped} lines were left out\n`);
    for (const line of batch.lines) terminal.out(followedText({ service, ...line }, reading));
  }
}
