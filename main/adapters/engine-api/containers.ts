/** Containers: list, inspect, life cycle, archive. */

import { z } from 'zod';
import { hasCode } from '../../services/errors';
import type { ContainerDetail, ContainerSummary, EnginePort, PortBinding } from '../../services/hosts/engine';
import { type EngineClient, parseAs } from './client';
import {
  containerDetailSchema,
  containerListSchema,
  createdSchema,
  type InspectedContainer,
  type ListedContainer,
  waitSchema,
} from './schemas';
import { firstFileOf } from './tar';
import { DEFAULT_TIMEOUT_MS, type EngineCall } from './transport';

const CREATE_LIMIT_MS = 120_000;
/** The engine's own grace period when none is given. */
const ENGINE_STOP_SECONDS = 10;
const NOT_MODIFIED = 304;
const MAX_FILE_BYTES = 4 * 1024 * 1024;

type ContainerCalls = Pick<
  EnginePort,
  | 'listContainers'
  | 'inspectContainer'
  | 'createContainer'
  | 'startContainer'
  | 'stopContainer'
  | 'renameContainer'
  | 'removeContainer'
  | 'waitContainer'
  | 'putArchive'
  | 'readFile'
>;

export function filters(values: Record<string, string[]>): string {
  return JSON.stringify(values);
}

export function milliseconds(stamp: string): number {
  const at = Date.parse(stamp);
  return Number.isNaN(at) ? 0 : at;
}

/** The engine writes year 1 for "never". */
function momentOrNull(stamp: string): number | null {
  const at = milliseconds(stamp);
  return at > 0 ? at : null;
}

type Mounts = ListedContainer['Mounts'];
function mountsOf(mounts: Mounts): ContainerSummary['mounts'] {
  return mounts.map((mount) => ({
    type: mount.Type,
    name: mount.Name,
    source: mount.Source,
    target: mount.Destination,
    readOnly: !mount.RW,
  }));
}

function addressesOf(networks: Record<string, { IPAddress: string } | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(networks).map(([name, value]) => [name, value?.IPAddress ?? '']));
}

function toSummary(container: ListedContainer): ContainerSummary {
  return {
    id: container.Id,
    name: ownName(container.Names),
    image: container.Image,
    imageId: container.ImageID,
    createdAt: container.Created * 1000,
    state: container.State,
    status: container.Status,
    labels: container.Labels,
    ports: container.Ports.map((port) => ({
      hostIp: port.IP,
      published: port.PublicPort,
      target: port.PrivatePort,
      protocol: port.Type,
    })),
    addresses: addressesOf(container.NetworkSettings?.Networks ?? {}),
    mounts: mountsOf(container.Mounts),
  };
}

/** Legacy links add names with more than one slash; the container's own has one. */
function ownName(names: string[]): string {
  const own = names.find((name) => name.lastIndexOf('/') === 0) ?? names[0] ?? '';
  return withoutSlash(own);
}

function withoutSlash(name: string): string {
  return name.replace(/^\//, '');
}

function bindingsOf(ports: InspectedContainer['NetworkSettings']['Ports']): PortBinding[] {
  return Object.entries(ports).flatMap(([key, bindings]) => {
    const [target = '0', protocol = 'tcp'] = key.split('/');
    const places = bindings ?? [{ HostIp: '', HostPort: '0' }];
    return places.map((place) => ({
      hostIp: place.HostIp,
      published: Number(place.HostPort) || 0,
      target: Number(target),
      protocol,
    }));
  });
}

function healthOf(health: InspectedContainer['State']['Health']): ContainerDetail['health'] {
  if (!health || health.Status === '' || health.Status === 'none') return null;
  const log = health.Log.map((entry) => ({
    at: milliseconds(entry.Start),
    exitCode: entry.ExitCode,
    output: entry.Output,
  }));
  return { status: health.Status, failingStreak: health.FailingStreak, log };
}

function toDetail(container: InspectedContainer, raw: Record<string, unknown>): ContainerDetail {
  const { State: state, Config: config } = container;
  return {
    id: container.Id,
    name: withoutSlash(container.Name),
    image: config.Image,
    imageId: container.Image,
    createdAt: milliseconds(container.Created),
    state: state.Status,
    status: state.Status,
    labels: config.Labels,
    ports: bindingsOf(container.NetworkSettings.Ports),
    addresses: addressesOf(container.NetworkSettings.Networks),
    mounts: mountsOf(container.Mounts),
    running: state.Running,
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
    restarting: state.Restarting,
    restartCount: container.RestartCount,
    startedAt: momentOrNull(state.StartedAt),
    finishedAt: momentOrNull(state.FinishedAt),
    error: state.Error,
    pid: state.Pid,
    tty: config.Tty,
    health: healthOf(state.Health),
    raw,
  };
}

/** Null where the engine waits without end: a negative time means that it never kills. */
export function stopLimitMs(graceSeconds: number): number | null {
  return graceSeconds < 0 ? null : graceSeconds * 1000 + DEFAULT_TIMEOUT_MS;
}

const rawSchema = z.record(z.string(), z.unknown());

export function createContainerCalls(client: EngineClient): ContainerCalls {
  const { names } = client;
  const about = (id: string) => ({ kind: 'container', name: names.of(id) });
  const post = (id: string, action: string, rest: Partial<EngineCall>) =>
    client.call({
      operation: `${action[0]?.toUpperCase()}${action.slice(1)} container ${names.of(id)}`,
      method: 'POST',
      path: `/containers/${encodeURIComponent(id)}/${action}`,
      subject: about(id),
      ...rest,
    });
  async function inspect(id: string, operation: string, signal?: AbortSignal) {
    const path = `/containers/${encodeURIComponent(id)}/json`;
    const value = await client.value({ operation, method: 'GET', path, subject: about(id), signal });
    const container = parseAs(containerDetailSchema, operation, value);
    names.learn(container.Id, withoutSlash(container.Name));
    return { container, value };
  }
  /** How long the engine itself waits before it kills: the container's own time counts when none is given. */
  async function graceSeconds(id: string, asked: number | null, signal?: AbortSignal): Promise<number> {
    if (asked !== null) return asked;
    const { container } = await inspect(id, `Stop container ${names.of(id)}`, signal);
    return container.Config.StopTimeout ?? ENGINE_STOP_SECONDS;
  }

  return {
    async listContainers(labels, signal) {
      const list = await client.json(containerListSchema, {
        operation: 'List containers',
        method: 'GET',
        path: '/containers/json',
        query: { all: true, filters: filters(labels.length > 0 ? { label: labels } : {}) },
        signal,
      });
      const containers = list.map(toSummary);
      for (const { id, name } of containers) names.learn(id, name);
      return containers;
    },
    async inspectContainer(id, signal) {
      const operation = `Inspect container ${names.of(id)}`;
      const { container, value } = await inspect(id, operation, signal);
      return toDetail(container, parseAs(rawSchema, operation, value));
    },
    async createContainer(spec, signal) {
      const created = await client.json(createdSchema, {
        operation: `Create container ${spec.name}`,
        method: 'POST',
        path: '/containers/create',
        query: { name: spec.name, platform: spec.platform },
        json: spec.body,
        subject: { kind: 'container or image', name: spec.name },
        timeoutMs: CREATE_LIMIT_MS,
        signal,
      });
      names.learn(created.Id, spec.name);
      return { id: created.Id, warnings: created.Warnings };
    },
    async startContainer(id, signal) {
      await post(id, 'start', { accept: [NOT_MODIFIED], timeoutMs: CREATE_LIMIT_MS, signal });
    },
    async stopContainer(id, seconds, signal) {
      const timeoutMs = stopLimitMs(await graceSeconds(id, seconds, signal));
      const query = { t: seconds ?? undefined };
      await post(id, 'stop', { accept: [NOT_MODIFIED], query, timeoutMs, signal });
    },
    async renameContainer(id, name, signal) {
      await post(id, 'rename', { query: { name }, signal });
      names.learn(id, name);
    },
    async removeContainer(id, options, signal) {
      const call: EngineCall = {
        operation: `Remove container ${names.of(id)}`,
        method: 'DELETE',
        path: `/containers/${encodeURIComponent(id)}`,
        query: { force: options.force, v: options.volumes },
        subject: about(id),
        timeoutMs: CREATE_LIMIT_MS,
        signal,
      };
      await client.call(call).catch((error: unknown) => {
        if (!isAlreadyGone(error)) throw error;
      });
      names.forget(id);
    },
    async waitContainer(id, signal) {
      const operation = `Wait for container ${names.of(id)}`;
      const path = `/containers/${encodeURIComponent(id)}/wait`;
      const subject = about(id);
      for await (const line of client.lines({ operation, method: 'POST', path, subject, signal }))
        return parseAs(waitSchema, operation, line).StatusCode;
      throw client.lost(operation, signal);
    },
    async putArchive(id, path, tar, signal) {
      await client.call({
        operation: `Copy files into container ${names.of(id)}`,
        method: 'PUT',
        path: `/containers/${encodeURIComponent(id)}/archive`,
        query: { path },
        headers: { 'content-type': 'application/x-tar' },
        body: tar,
        subject: { kind: 'container or path', name: `${names.of(id)}:${path}` },
        timeoutMs: null,
        signal,
      });
    },
    async readFile(id, path, signal) {
      const operation = `Read ${path} of container ${names.of(id)}`;
      const subject = { kind: 'file', name: `${names.of(id)}:${path}` };
      const query = { path };
      const url = `/containers/${encodeURIComponent(id)}/archive`;
      const answer = await client.call({ operation, method: 'GET', path: url, query, subject, signal });
      return firstFileOf(answer.body, subject, MAX_FILE_BYTES);
    },
  };
}

/** Gone, or going because somebody else removes it right now. */
function isAlreadyGone(error: unknown): boolean {
  if (hasCode(error, 'NOT_FOUND')) return true;
  return hasCode(error, 'CONFLICT') && /already in progress/.test(error.data.detail);
}
