/** `bizosaas doctor`: is everything there that the console needs. */
import { access, constants, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { HopReport, Host, LinkReport } from '../../../preload/contract';
import type { Console } from '../../console';
import type { Platform } from '../../platform';
import { toFailure } from '../../services/errors';
import type { HostsService } from '../../services/hosts/face';
import type { HostSession } from '../../services/hosts/host-session';
import { withTimeout } from '../../streams/abortable';
import { formatBytes } from '../../words/quantities';
import { type CommandRun, printJson } from '../context';
import { EXIT, type ExitCode, exitCodeFor } from '../exit-codes';
import { findHost, withConsole } from '../open';

interface Finding {
  id: string;
  result: 'pass' | 'warn' | 'fail';
  evidence: string;
  advice: string | null;
}

const OLDEST_NODE = [20, 19];
const LEAST_FREE_BYTES = 5 * 1024 ** 3;
const CONNECT_LIMIT_MS = 5_000;
const LOOPBACK = '127.0.0.1';
/** Of `tcpmux`, which nothing listens to: no service is bothered, and the answer comes at once. */
const NOBODYS_PORT = 1;

export const runDoctor: CommandRun = ({ platform, terminal, options }) =>
  withConsole({ platform, terminal }, async (console) => {
    const host = await findHost(console, options.host);
    const engine = await engineFindings(console, host);
    const findings = [
      nodeFinding(),
      await runtimeFinding(platform),
      ...(await directoryFindings(platform)),
      ...(await hostFindings(console)),
      ...engine.findings,
    ];
    if (options.json) printJson(terminal, findings);
    else terminal.out(findings.map(findingText).join('\n'));
    if (engine.code !== EXIT.OK) return engine.code;
    return findings.some(({ result }) => result === 'fail') ? EXIT.FAILED : EXIT.OK;
  });

const SYMBOLS = { pass: '●', warn: '▲', fail: '✗' };

function findingText({ id, result, evidence, advice }: Finding): string {
  const line = `${SYMBOLS[result]} ${result}  ${id}: ${evidence}`;
  return advice === null ? line : `${line}\n         ${advice}`;
}

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldMajor = 0, oldMinor = 0] = OLDEST_NODE;
  const enough = major > oldMajor || (major === oldMajor && minor >= oldMinor);
  return {
    id: 'node',
    result: enough ? 'pass' : 'fail',
    evidence: `Node ${process.versions.node} on ${process.platform} ${process.arch}`,
    advice: enough ? null : `Install Node ${OLDEST_NODE.join('.')} or newer.`,
  };
}

/** As `npm start` leaves it beside the runtime it fetched. */
const runtimeSchema = z.object({ kind: z.string(), version: z.string(), pinned: z.string() });

/** The window's runtime is fetched by the first `npm start`; the command line does without. */
async function runtimeFinding({ stacksDirectory }: Platform): Promise<Finding> {
  const folder = path.join(path.dirname(stacksDirectory), '.cache/electron');
  const found = await readRuntime(path.join(folder, 'runtime.json'));
  const id = 'runtime';
  if (found === null) {
    const advice = 'Run "npm start" once: it obtains a runtime for the window.';
    return { id, result: 'warn', evidence: `No Electron runtime in ${folder}`, advice };
  }
  const { kind, version, pinned } = found;
  if (kind === 'stand-in') {
    const evidence = `Electron ${version} in ${folder}, a stand-in for ${pinned}: it is end-of-life, for tests and offline trials only`;
    const advice = `Where GitHub can be reached, remove ${folder} and run "npm start": it downloads Electron ${pinned}.`;
    return { id, result: 'warn', evidence, advice };
  }
  return { id, result: 'pass', evidence: `Electron ${version} in ${folder}`, advice: null };
}

async function readRuntime(file: string): Promise<z.infer<typeof runtimeSchema> | null> {
  try {
    return runtimeSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Not fetched yet, or a fetch that was cut off: either way `npm start` obtains it.
    return null;
  }
}

async function directoryFindings(platform: Platform): Promise<Finding[]> {
  const { dataDirectory, configDirectory, logDirectory } = platform;
  const checks = { data: dataDirectory, settings: configDirectory, log: logDirectory };
  return Promise.all(Object.entries(checks).map(([name, directory]) => directoryFinding(name, directory)));
}

async function directoryFinding(name: string, directory: string): Promise<Finding> {
  const id = `directory:${name}`;
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
    return { id, result: 'pass', evidence: `${directory} is writable`, advice: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const advice = `Make ${directory} writable, or set BIZOSAAS_HOME to a folder that is.`;
    return { id, result: 'fail', evidence: reason, advice };
  }
}

async function hostFindings({ services }: Console): Promise<Finding[]> {
  const hosts = await services.hosts.list();
  return hosts.map(({ id, endpoint, selected, connection }: Host) => ({
    id: `host:${id}`,
    result: connection.state === 'unsupported' ? ('warn' as const) : ('pass' as const),
    evidence: `${endpoint}${selected ? ', selected' : ''}`,
    advice: connection.state === 'unsupported' ? connection.reason : null,
  }));
}

async function engineFindings(
  { services: { hosts } }: Console,
  { id }: Host,
): Promise<{ findings: Finding[]; code: ExitCode }> {
  try {
    const session = await hosts.session(id);
    const info = await session.engine.info();
    const disk = await session.freeDisk(info.rootDirectory);
    const engine: Finding = {
      id: 'engine',
      result: 'pass',
      evidence: `Docker ${info.engineVersion}, API ${info.apiVersion}, ${info.cpus} cores, ${formatBytes(info.memoryBytes)}`,
      advice: null,
    };
    const disks = disk ? [diskFinding(info.rootDirectory, disk)] : [];
    if ((await linkOf(hosts, id)) !== null) await connectOnce(session);
    const link = await linkOf(hosts, id);
    const findings = [...hopFindings(link), engine, ...wayFindings(link), ...disks];
    return { findings, code: EXIT.OK };
  } catch (error) {
    const advice = 'Start the engine, or choose another with --host or DOCKER_HOST.';
    const engine: Finding = { id: 'engine', result: 'fail', evidence: toFailure(error).message, advice };
    return { findings: [...hopFindings(await linkOf(hosts, id)), engine], code: exitCodeFor(error) };
  }
}

async function linkOf(hosts: HostsService, hostId: string): Promise<LinkReport | null> {
  return (await hosts.list()).find(({ id }) => id === hostId)?.link ?? null;
}

/** The way over SSH as it was just gone, step by step with the time each took. */
function hopFindings(link: LinkReport | null): Finding[] {
  return (link?.hops ?? []).map(hopFinding);
}

const HOP_RESULTS = { passed: 'pass', failed: 'fail', running: 'warn', skipped: 'warn' } as const;

function hopFinding({ hop, machine, state, durationMs, finding, advice }: HopReport): Finding {
  const time = durationMs === null ? '' : ` (${Math.round(durationMs)} ms)`;
  return {
    id: `${hop} ${machine}`,
    result: HOP_RESULTS[state],
    evidence: state === 'skipped' ? 'not tried' : `${finding}${time}`,
    advice: advice === '' ? null : advice,
  };
}

/** Which way connections go is known once one was tried, whatever became of it. */
async function connectOnce(session: HostSession): Promise<void> {
  using limit = withTimeout(CONNECT_LIMIT_MS);
  await session.connectTcp(LOOPBACK, NOBODYS_PORT, limit.signal).then(
    (socket) => socket.destroy(),
    () => undefined,
  );
}

/** As the window says it under Hosts. */
const WAYS: Record<NonNullable<LinkReport['tcp']>, string> = {
  forwarded: 'forwarded by the SSH server',
  relayed: 'carried by programs there: the SSH server forwards none',
  refused: 'none: the SSH server forwards none, and perl is missing there',
};

function wayFindings(link: LinkReport | null): Finding[] {
  if (link?.tcp === undefined) return [];
  const lacking = link.tcp === 'refused';
  const advice = lacking ? 'Install perl there, or allow forwarding for this account.' : null;
  return [{ id: 'to containers', result: lacking ? 'warn' : 'pass', evidence: WAYS[link.tcp], advice }];
}

function diskFinding(directory: string, disk: { freeBytes: number; totalBytes: number }): Finding {
  const enough = disk.freeBytes >= LEAST_FREE_BYTES;
  return {
    id: 'disk',
    result: enough ? 'pass' : 'warn',
    evidence: `${formatBytes(disk.freeBytes)} of ${formatBytes(disk.totalBytes)} free in ${directory}`,
    advice: enough ? null : 'Free some space: "docker image prune" removes images nobody uses.',
  };
}
