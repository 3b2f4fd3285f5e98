import type { Configuration } from '../../../preload/contract';
import { NANO } from '../../words/quantities';
import type { ContainerDetail } from '../hosts/engine';
import { MASK, type Masker } from '../secrets/face';
import type { ComposeService } from '../stacks/compose-file/model';
import { EXTENSION_KEY, serviceExtensionSchema } from '../stacks/extension';
import { type Inspected, inspectedSchema } from './inspect-schema';

type Section = Configuration['sections'][number];
type Row = Section['rows'][number];

const BYTES_PER_MEBIBYTE = 1024 ** 2;
const PRIVATE_LABEL = 'com.bizosaas.definition';

/** The sections of one container, secrets masked. `definition` is absent for a container the file no longer defines. */
export function configurationSections(
  detail: ContainerDetail,
  definition: ComposeService | undefined,
  masker: Masker,
): Section[] {
  const inspected = inspectedSchema.parse(detail.raw);
  const sections: [string, Row[]][] = [
    ['Image', imageRows(detail, inspected)],
    ['Command', commandRows(inspected, masker)],
    ['Environment', environmentRows(inspected, masker)],
    ['Ports', portRows(detail)],
    ['Mounts', mountRows(detail)],
    ['Networks', networkRows(inspected)],
    ['Limits', limitRows(inspected)],
    ['Health check', healthRows(inspected, masker)],
    ['Probe', probeRows(definition, masker)],
    ['Labels', labelRows(inspected, masker)],
  ];
  return sections.filter(([, rows]) => rows.length > 0).map(([title, rows]) => ({ title, rows }));
}

function row(name: string, value: string): Row {
  return { name, value, masked: value.includes(MASK) };
}

/** Rows whose value says something. */
function filled(rows: [string, string][]): Row[] {
  return rows.filter(([, value]) => value !== '').map(([name, value]) => row(name, value));
}

function imageRows(detail: ContainerDetail, inspected: Inspected): Row[] {
  return filled([
    ['Reference', detail.image],
    ['Id', detail.imageId],
    ['Platform', inspected.Platform],
  ]);
}

/** As it would be typed: words with spaces or quotes are quoted. */
function commandLine(words: string[]): string {
  return words.map(shellWord).join(' ');
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./•-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function commandRows({ Config: config, HostConfig: host }: Inspected, masker: Masker): Row[] {
  const restart = host.RestartPolicy?.Name ?? '';
  const retries = host.RestartPolicy?.MaximumRetryCount ?? 0;
  return filled([
    ['Entrypoint', commandLine(masker.command(config.Entrypoint))],
    ['Command', commandLine(masker.command(config.Cmd))],
    ['Working directory', config.WorkingDir],
    ['User', config.User],
    ['Host name', config.Hostname],
    ['Stop signal', config.StopSignal],
    ['Restart policy', retries > 0 ? `${restart}, at most ${retries} times` : restart],
    ['Log driver', host.LogConfig?.Type ?? ''],
    ['Root file system', host.ReadonlyRootfs ? 'read-only' : ''],
  ]);
}

function environmentRows(inspected: Inspected, masker: Masker): Row[] {
  return inspected.Config.Env.map((entry) => {
    const end = entry.indexOf('=');
    const name = end < 0 ? entry : entry.slice(0, end);
    return row(name, end < 0 ? '' : masker.value(name, entry.slice(end + 1)));
  }).sort((one, other) => one.name.localeCompare(other.name));
}

function portRows(detail: ContainerDetail): Row[] {
  return detail.ports.map((port) => {
    const inner = `${port.target}/${port.protocol}`;
    const address = port.hostIp.includes(':') ? `[${port.hostIp}]` : port.hostIp;
    return row(inner, port.published === 0 ? 'not published' : `${address}:${port.published}`);
  });
}

function mountRows(detail: ContainerDetail): Row[] {
  return detail.mounts.map((mount) => {
    const from = mount.type === 'volume' ? mount.name : mount.source;
    return row(mount.target, `${mount.type} ${from}${mount.readOnly ? ', read-only' : ''}`.trim());
  });
}

function networkRows(inspected: Inspected): Row[] {
  return Object.entries(inspected.NetworkSettings.Networks).map(([name, network]) => {
    const aliases = network.Aliases.length === 0 ? '' : ` as ${network.Aliases.join(', ')}`;
    return row(name, `${network.IPAddress === '' ? 'no address' : network.IPAddress}${aliases}`);
  });
}

function mebibytes(bytes: number): string {
  return bytes > 0 ? `${Math.round(bytes / BYTES_PER_MEBIBYTE)} MiB` : '';
}

function limitRows({ HostConfig: host }: Inspected): Row[] {
  const quota = host.CpuPeriod > 0 ? host.CpuQuota / host.CpuPeriod : 0;
  const cpus = host.NanoCpus > 0 ? host.NanoCpus / NANO : quota;
  const rows = filled([
    ['Memory', mebibytes(host.Memory)],
    ['Memory reservation', mebibytes(host.MemoryReservation)],
    ['CPUs', cpus > 0 ? String(cpus) : ''],
    ['Processes', host.PidsLimit > 0 ? String(host.PidsLimit) : ''],
    ['Shared memory', mebibytes(host.ShmSize)],
  ]);
  return host.Memory > 0 ? rows : [row('Memory', 'no limit'), ...rows];
}

function seconds(nanoseconds: number): string {
  return nanoseconds > 0 ? `${nanoseconds / NANO} s` : '';
}

function healthRows({ Config: { Healthcheck: check } }: Inspected, masker: Masker): Row[] {
  if (!check) return [];
  return filled([
    ['Test', commandLine(masker.command(check.Test))],
    ['Interval', seconds(check.Interval)],
    ['Time-out', seconds(check.Timeout)],
    ['Start period', seconds(check.StartPeriod)],
    ['Retries', check.Retries > 0 ? String(check.Retries) : ''],
  ]);
}

function probeRows(definition: ComposeService | undefined, masker: Masker): Row[] {
  const extension = serviceExtensionSchema.safeParse(definition?.extensions[EXTENSION_KEY]);
  const probe = extension.success ? extension.data.probe : undefined;
  if (probe === undefined) return [];
  const isHttp = probe.kind === 'http';
  const headers = Object.entries(probe.headers).map(
    ([name, value]) => `${name}: ${masker.value(name, value)}`,
  );
  const conditions = (list: typeof probe.healthy): string =>
    list.map(({ path, in: values }) => `${path} is ${values.map(String).join(' or ')}`).join('; ');
  return filled([
    [
      'Asked',
      isHttp ? `${probe.method} ${probe.path} on port ${probe.port}` : `${probe.kind} on port ${probe.port}`,
    ],
    ['Host header', isHttp ? probe.host : ''],
    ['Headers', headers.join('; ')],
    ['Body', masker.text(probe.body ?? '')],
    [
      'Healthy when',
      conditions(probe.healthy) || (probe.text === undefined ? '' : `the answer is ${probe.text}`),
    ],
    ['Degraded when', conditions(probe.degraded)],
    ['Recognised by', conditions(probe.identity)],
    ['Time-out', `${probe.timeoutSeconds} s`],
  ]);
}

function labelRows({ Config: { Labels: labels } }: Inspected, masker: Masker): Row[] {
  return Object.entries(labels)
    .filter(([name]) => name !== PRIVATE_LABEL)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, value]) => row(name, masker.value(name, value)));
}

export interface CommandTarget {
  hostId: string;
  endpoint: string;
  project: string;
  files: string[];
  service: string;
  containerName: string;
}

/** Commands that do the same by hand, for the host in question. */
export function commandsFor(target: CommandTarget): Configuration['commands'] {
  const docker = `docker${hostOption(target)}`;
  const files = target.files.map((file) => ` -f ${shellWord(file)}`).join('');
  const compose = `${docker} compose${files} -p ${shellWord(target.project)}`;
  const name = shellWord(target.containerName);
  const service = shellWord(target.service);
  return [
    { title: 'Follow the log', command: `${docker} logs --follow --tail 500 ${name}` },
    { title: 'Follow the log with Compose', command: `${compose} logs --follow ${service}` },
    { title: 'Inspect', command: `${docker} inspect ${name}` },
    { title: 'Open a shell', command: `${docker} exec -it ${name} sh` },
    { title: 'Restart', command: `${docker} restart ${name}` },
    { title: 'Restart with Compose', command: `${compose} restart ${service}` },
  ];
}

const CONTEXT_PREFIX = 'context:';

function hostOption({ hostId, endpoint }: CommandTarget): string {
  if (hostId.startsWith(CONTEXT_PREFIX))
    return ` --context ${shellWord(hostId.slice(CONTEXT_PREFIX.length))}`;
  return endpoint === 'unix:///var/run/docker.sock' ? '' : ` --host ${shellWord(endpoint)}`;
}
