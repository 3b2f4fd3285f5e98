/** A warm engine request: the console's session, the local socket, a plain forward and the docker command, in turns. */
import { join } from 'node:path';
import type { HostSession } from '../../../main/services/hosts/host-session';
import { openTestSession } from '../../support/engine';
import { judge, median, type Result } from '../statistics.mjs';
import { type Ground, plainForward, startSlowLink, timeCommand } from './ground';

const ROUNDS = 5;
const REQUESTS = 100;
const WARM_UP = 20;
const ONE_WAY_MS = 20;
const ROUND_TRIPS_ALLOWED = 1.1;
const OF_THE_COMMAND = 0.01;

interface Percentiles {
  p50: number;
  p95: number;
}

async function request({ engine }: HostSession): Promise<number> {
  const startedAt = performance.now();
  await engine.ping();
  return performance.now() - startedAt;
}

async function requests(session: HostSession): Promise<Percentiles> {
  for (let index = 0; index < WARM_UP; index += 1) await request(session);
  const took: number[] = [];
  for (let index = 0; index < REQUESTS; index += 1) took.push(await request(session));
  const sorted = took.sort((a, b) => a - b);
  return { p50: median(sorted), p95: sorted[Math.floor(REQUESTS * 0.95)] ?? Number.NaN };
}

/** Without a delay: against the docker command over SSH, and against a plain forward. */
export async function benchNear(ground: Ground): Promise<Result[]> {
  const { sshd } = ground;
  const folder = await ground.commands();
  const socket = join(sshd.directory, 'forward.sock');
  await using _forward = await plainForward(folder, { place: sshd, user: sshd.user, socket });
  await using session = ground.session();
  await using forwarded = openTestSession(`unix://${socket}`);
  await using local = openTestSession();
  const docker = ['-H', `ssh://${sshd.user}@${sshd.host}:${sshd.port}`, 'ps', '--quiet'];
  const ours: Percentiles[] = [];
  const plain: Percentiles[] = [];
  const direct: Percentiles[] = [];
  const command: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await requests(session));
    plain.push(await requests(forwarded));
    direct.push(await requests(local));
    command.push(await timeCommand(folder, 'docker', docker));
  }
  const p50 = ours.map((each) => each.p50);
  const named = (name: string, anchor: number[], target: number | null) =>
    judge({ name: `engine request over SSH, ${name}`, unit: 'ms', target, ours: p50, anchor });
  return [
    named('p50 : docker -H ssh://', command, OF_THE_COMMAND),
    named(
      'p50 : ssh -L',
      plain.map((each) => each.p50),
      null,
    ),
    named(
      'p50 : local socket',
      direct.map((each) => each.p50),
      null,
    ),
    handshakes(session.link.report().handshakes),
  ];
}

function handshakes(count: number): Result {
  return judge({ name: 'handshakes of one session', unit: 'count', target: 1, ours: [count], anchor: [1] });
}

/** At a round trip of 40 ms: against the local socket and 1.1 round trips, as measured in the same round. */
export async function benchFar(ground: Ground): Promise<Result[]> {
  await using link = await startSlowLink(ground.sshd, ONE_WAY_MS);
  await using session = ground.session(link.place);
  await using local = openTestSession();
  const ours: Percentiles[] = [];
  const allowed: Percentiles[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await requests(session));
    const direct = await requests(local);
    const trips = (await link.roundTrips()).sort((a, b) => a - b);
    const high = trips[Math.floor(trips.length * 0.95)] ?? Number.NaN;
    allowed.push({
      p50: direct.p50 + ROUND_TRIPS_ALLOWED * median(trips),
      p95: direct.p95 + ROUND_TRIPS_ALLOWED * high,
    });
  }
  return (['p50', 'p95'] as const).map((which) =>
    judge({
      name: `engine request at 40 ms, ${which} : local + 1.1 round trips`,
      unit: 'ms',
      target: 1,
      ours: ours.map((each) => each[which]),
      anchor: allowed.map((each) => each[which]),
    }),
  );
}
