/**
 * Containers that docker compose made carry no definition of ours. They are compared by what the
 * engine says of them and adopted when equal, so that taking over a running stack moves nothing.
 */
import type { ContainerCreateSpec } from '../../hosts/engine';
import { MASK } from '../../secrets/face';
import { canonicalJson, isRecord } from './canonical';
import type { FieldChange, ObservedContainer } from './model';
import { looksSecret, maskShapes } from './secret-values';

type Shape = Record<string, unknown>;

/** Fields of the create body that are compared as they are, with the Compose word for each. */
const PLAIN_CONFIG: [string, string][] = [
  ['Image', 'image'],
  ['Cmd', 'command'],
  ['Entrypoint', 'entrypoint'],
  ['Hostname', 'hostname'],
  ['User', 'user'],
  ['WorkingDir', 'working_dir'],
  ['StopSignal', 'stop_signal'],
];
const PLAIN_HOST: [string, string][] = [
  ['NanoCpus', 'cpus'],
  ['Memory', 'mem_limit'],
  ['MemoryReservation', 'mem_reservation'],
  ['PidsLimit', 'pids_limit'],
  ['CapAdd', 'cap_add'],
  ['CapDrop', 'cap_drop'],
  ['Privileged', 'privileged'],
  ['ReadonlyRootfs', 'read_only'],
  ['Init', 'init'],
  ['Tmpfs', 'tmpfs'],
  ['ExtraHosts', 'extra_hosts'],
  ['Sysctls', 'sysctls'],
];

/** Fields in which a foreign container differs from the definition; empty means: adopt it. */
export function foreignChanges(container: ObservedContainer, spec: ContainerCreateSpec): FieldChange[] {
  const raw = container.detail?.raw ?? {};
  const config = record(raw.Config);
  const host = record(raw.HostConfig);
  const wantedHost = record(spec.body.HostConfig);
  return [
    ...plainChanges(PLAIN_CONFIG, config, spec.body),
    ...plainChanges(PLAIN_HOST, host, wantedHost),
    ...environmentChanges(config.Env, spec.body.Env),
    ...change('restart', policyName(host.RestartPolicy), policyName(wantedHost.RestartPolicy)),
    ...change('ports', portTexts(host.PortBindings), portTexts(wantedHost.PortBindings)),
    ...change('volumes', actualMounts(container), wantedMounts(wantedHost)),
    ...change('healthcheck.test', testOf(config), testOf(spec.body, config)),
    ...change('networks', actualNetworks(raw), wantedNetworks(spec.body)),
  ];
}

function record(value: unknown): Shape {
  return isRecord(value) ? value : {};
}

function plainChanges(fields: [string, string][], actual: Shape, wanted: Shape): FieldChange[] {
  return fields.flatMap(([key, field]) =>
    wanted[key] === undefined ? [] : valueChange(field, actual[key], wanted[key]),
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value ?? null);
}

/** Compared as they are, shown without the secrets a command line may carry. */
function valueChange(field: string, from: unknown, to: unknown): FieldChange[] {
  const shown = { field, from: text(maskShapes(from)), to: text(maskShapes(to)) };
  return text(from) === text(to) ? [] : [shown];
}

function change(field: string, from: string, to: string): FieldChange[] {
  return from === to ? [] : [{ field, from, to }];
}

/** The image's own variables are in the container's list too, so only what the file names is compared. */
function environmentChanges(actual: unknown, wanted: unknown): FieldChange[] {
  const present = pairs(actual);
  return [...pairs(wanted)].flatMap(([name, value]) => {
    const from = present.get(name);
    if (from === value) return [];
    const hide = looksSecret(name, value) || looksSecret(name, from ?? '');
    const field = `environment.${name}`;
    return [{ field, from: from === undefined ? null : hide ? MASK : from, to: hide ? MASK : value }];
  });
}

function pairs(list: unknown): Map<string, string> {
  const texts = Array.isArray(list) ? list.map(String) : [];
  return new Map(texts.map((entry) => [entry.split('=', 1)[0] ?? '', entry.slice(entry.indexOf('=') + 1)]));
}

function policyName(policy: unknown): string {
  const { Name } = record(policy);
  return typeof Name === 'string' && Name !== '' ? Name : 'no';
}

function portTexts(bindings: unknown): string {
  const all = Object.entries(record(bindings)).flatMap(([target, list]) =>
    (Array.isArray(list) ? list : []).map((item) => {
      const { HostIp, HostPort } = record(item);
      return `${HostIp ?? ''}:${HostPort ?? ''}→${target}`;
    }),
  );
  return all.sort().join(', ');
}

function actualMounts(container: ObservedContainer): string {
  return container.mounts
    .filter(({ type }) => type !== 'tmpfs')
    .map((mount) =>
      mountText(mount.type === 'volume' ? mount.name : mount.source, mount.target, mount.readOnly),
    )
    .filter((mount) => !isAnonymous(mount) && !/^[^→]*→\/run\/secrets\//.test(mount))
    .sort()
    .join(', ');
}

function mountText(source: unknown, target: unknown, readOnly: unknown): string {
  return `${source ?? ''}→${target}${readOnly === true ? ' (read-only)' : ''}`;
}

function isAnonymous(mount: string): boolean {
  return /^([0-9a-f]{64})?→/.test(mount);
}

function wantedMounts(host: Shape): string {
  const mounts = (Array.isArray(host.Mounts) ? host.Mounts : [])
    .map(record)
    .filter(({ Type }) => Type !== 'tmpfs')
    .map((mount) => mountText(mount.Source, mount.Target, mount.ReadOnly));
  const binds = (Array.isArray(host.Binds) ? host.Binds : []).map((bind) => {
    const [source, target, options = ''] = String(bind).split(':');
    return mountText(source, target, options.split(',').includes('ro'));
  });
  return [...mounts, ...binds]
    .filter((mount) => !isAnonymous(mount))
    .sort()
    .join(', ');
}

/** Without a check in the file the image's own one is in force; then nothing is compared. */
function testOf(config: Shape, otherwise: Shape = {}): string {
  const check = record(config.Healthcheck ?? otherwise.Healthcheck);
  return text(check.Test);
}

function actualNetworks(raw: Shape): string {
  const settings = record(raw.NetworkSettings);
  const names = Object.keys(record(settings.Networks));
  return names
    .filter((name) => !['host', 'none'].includes(name))
    .sort()
    .join(', ');
}

function wantedNetworks(body: Shape): string {
  return Object.keys(record(record(body.NetworkingConfig).EndpointsConfig))
    .sort()
    .join(', ');
}
