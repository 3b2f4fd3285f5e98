import type { ContainerDetail, EnginePort } from '../../../main/services/hosts/engine';
import type { HostSession } from '../../../main/services/hosts/host-session';
import { uniqueProject } from '../engine';
import { tinyImage } from '../images';

export const LABEL = 'com.docker.compose.project';
export const MEBIBYTE = 1024 * 1024;

export interface ContractSubject {
  open(): HostSession;
  /** To an endpoint where nothing listens. */
  openDead(): HostSession;
}

type Body = { HostConfig?: Record<string, unknown> } & Record<string, unknown>;

export interface Ground {
  session: HostSession;
  engine: EnginePort;
  project: string;
  image: string;
  /** Makes and starts a container of the test's project. */
  run(command: string[], extra?: Body): Promise<ContainerDetail>;
  create(command: string[], extra?: Body): Promise<string>;
}

export async function prepare(subject: ContractSubject): Promise<Ground> {
  const session = subject.open();
  const { engine } = session;
  const project = uniqueProject('engine');
  const image = await tinyImage(session);
  // Not the default bridge: an engine may run without one, and only own networks have names.
  await engine.createNetwork({ Name: project, Labels: { [LABEL]: project } });
  const create = async (command: string[], extra: Body = {}) => {
    const { HostConfig, ...rest } = extra;
    const body = {
      ...{ Image: image, Cmd: command, Labels: { [LABEL]: project }, StopTimeout: 1, ...rest },
      HostConfig: { NetworkMode: project, ...(HostConfig ?? {}) },
    };
    return (await engine.createContainer({ name: uniqueProject(project), body })).id;
  };
  const run = async (command: string[], extra?: Body) => {
    const id = await create(command, extra);
    await engine.startContainer(id);
    return engine.inspectContainer(id);
  };
  return { session, engine, project, image, run, create };
}

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}
