import type { Check } from '../../../../preload/contract';
import type { ContainerSummary } from '../../hosts/engine';
import type { ComposeProject } from '../compose-file/model';
import { COMPOSE } from '../plan/labels';
import { replicas } from '../plan/service-facts';
import { fail, pass, type Subject, warn } from './check';
import type { PreflightContext } from './context';
import { listing } from './words';

const LARGEST_RANGE = 64;

/** One port a service wants; a range means that any one of `candidates` will do. */
export interface WantedPort {
  service: string;
  hostIp: string;
  candidates: number[];
  protocol: string;
}

export interface PortHolder {
  /** `unchecked`: no container holds it, and whether a program does is not looked up. */
  kind: 'free' | 'unchecked' | 'own' | 'container' | 'process';
  /** Sentence part that names the holder; empty when free or unchecked. */
  name: string;
}

function expand(published: string): number[] {
  const [first = 0, last = first] = published.split('-').map(Number);
  const length = Math.min(Math.max(last - first + 1, 0), LARGEST_RANGE);
  return Array.from({ length }, (_, index) => first + index).filter((port) => port > 0);
}

export function wantedPorts(project: ComposeProject): WantedPort[] {
  return Object.values(project.services).flatMap((service) =>
    service.ports
      .filter((port) => port.published !== undefined && port.published !== '0')
      .flatMap((port) => {
        const wanted = {
          service: service.name,
          hostIp: port.host_ip ?? '',
          candidates: expand(port.published ?? ''),
          protocol: port.protocol,
        };
        return Array.from({ length: replicas(service) }, () => ({ ...wanted }));
      })
      .filter((wanted) => wanted.candidates.length > 0),
  );
}

const EVERY_ADDRESS = new Set(['', '0.0.0.0', '::', '[::]', '*']);

/** Whether two listeners on one port number would meet. */
export function addressesMeet(one: string, other: string): boolean {
  return one === other || EVERY_ADDRESS.has(one) || EVERY_ADDRESS.has(other);
}

function label(wanted: WantedPort): string {
  const first = wanted.candidates[0] ?? 0;
  const last = wanted.candidates.at(-1) ?? first;
  const range = first === last ? String(first) : `${first}-${last}`;
  const address = EVERY_ADDRESS.has(wanted.hostIp) ? '' : `${wanted.hostIp}:`;
  return `${address}${range}${wanted.protocol === 'tcp' ? '' : `/${wanted.protocol}`}`;
}

function subject(wanted: WantedPort, services: string[]): Subject {
  return { id: `port:${label(wanted)}`, group: 'ports', title: `Port ${label(wanted)}`, services };
}

/** Single ports that the file itself asks for twice; a range can step aside. */
export function judgeDuplicates(wanted: WantedPort[]): Check[] {
  return wanted.flatMap((port, index) => {
    const clashes = wanted.filter((other, at) => at !== index && meets(port, other));
    const isReported = wanted.slice(0, index).some((other) => meets(port, other));
    if (clashes.length === 0 || isReported) return [];
    const services = [...new Set([port, ...clashes].map((clash) => clash.service))];
    const evidence =
      services.length === 1
        ? `${port.service} publishes it more than once, or with more than one replica.`
        : `The file publishes it for ${listing(services)}.`;
    const advice = 'Give each its own published port in the Compose file. They are left out until then.';
    return [fail(subject(port, services), evidence, advice)];
  });
}

function meets(one: WantedPort, other: WantedPort): boolean {
  const single = one.candidates.length === 1 && other.candidates.length === 1;
  return (
    single &&
    one.candidates[0] === other.candidates[0] &&
    one.protocol === other.protocol &&
    addressesMeet(one.hostIp, other.hostIp)
  );
}

/** The container that publishes a port, judged by whose it is. */
export function containerHolder(
  port: { hostIp: string; number: number; protocol: string },
  containers: ContainerSummary[],
  project: string,
): PortHolder | null {
  const holder = containers.find((container) =>
    container.ports.some(
      (binding) =>
        binding.published === port.number &&
        binding.protocol === port.protocol &&
        addressesMeet(binding.hostIp, port.hostIp),
    ),
  );
  if (holder === undefined) return null;
  const owner = holder.labels[COMPOSE.project];
  if (owner === project) return { kind: 'own', name: `this project's own container ${holder.name}` };
  const belonging = owner === undefined ? ', which belongs to no project' : ` of project ${owner}`;
  return { kind: 'container', name: `container ${holder.name}${belonging}` };
}

const USABLE: ReadonlySet<PortHolder['kind']> = new Set(['free', 'unchecked', 'own']);

/** `holders` is one per candidate, in the same order. */
export function judgePort(wanted: WantedPort, holders: PortHolder[]): Check {
  const about = subject(wanted, [wanted.service]);
  const usable = holders.findIndex(({ kind }) => USABLE.has(kind));
  const found = holders[usable];
  if (found?.kind === 'own') return pass(about, `In use by ${found.name}.`);
  if (found?.kind === 'unchecked') {
    const name = wanted.protocol.toUpperCase();
    return pass(about, `No container holds it. Whether a program does was not looked up for ${name} ports.`);
  }
  if (found !== undefined) {
    return pass(
      about,
      wanted.candidates.length > 1 ? `Port ${wanted.candidates[usable] ?? 0} of it is free.` : 'Free.',
    );
  }
  const names = [...new Set(holders.map((holder) => holder.name))];
  const isContainer = holders.every((holder) => holder.kind === 'container');
  const way = isContainer ? 'Stop that container' : 'Stop that program';
  return fail(
    about,
    `Held by ${listing(names)}.`,
    `${way}, or publish another port for ${wanted.service}. It is left out until then.`,
  );
}

async function holderOf(
  context: PreflightContext,
  containers: ContainerSummary[],
  port: { hostIp: string; number: number; protocol: string },
): Promise<PortHolder> {
  const container = containerHolder(port, containers, context.project.name);
  if (container !== null) return container;
  if (port.protocol !== 'tcp') return { kind: 'unchecked', name: '' };
  const owner = await context.session.portOwner(port.hostIp, port.number, context.signal);
  if (!owner.listening) return { kind: 'free', name: '' };
  return { kind: 'process', name: owner.process === null ? 'another process' : `process ${owner.process}` };
}

async function checkOne(context: PreflightContext, wanted: WantedPort): Promise<Check> {
  const containers = (await context.containers()).filter((container) => container.state !== 'exited');
  try {
    const ports = wanted.candidates.map((number) => ({ ...wanted, number }));
    return judgePort(wanted, await Promise.all(ports.map((port) => holderOf(context, containers, port))));
  } catch (error) {
    if (context.signal.aborted) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    return warn(
      subject(wanted, [wanted.service]),
      `No container holds it; whether a program does could not be told: ${detail}`,
      'Look at the listening ports on the host, for example with ss -ltnp.',
    );
  }
}

export async function checkPorts(context: PreflightContext): Promise<Check[]> {
  const wanted = wantedPorts(context.project);
  const duplicates = judgeDuplicates(wanted);
  const known = new Set(duplicates.map((check) => check.id));
  const rest = wanted.filter((port) => {
    const { id } = subject(port, []);
    const isNew = !known.has(id);
    known.add(id);
    return isNew;
  });
  return [...duplicates, ...(await Promise.all(rest.map((port) => checkOne(context, port))))];
}
