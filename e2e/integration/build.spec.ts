import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../main/adapters/engine-api';
import { hasCode } from '../../main/services/errors';
import type { BuildProgress, BuildRequest, EnginePort } from '../../main/services/hosts/engine';
import { docker } from '../support/docker';
import { openTestSession, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { tarOf } from '../support/tar';
import { until } from '../support/until';

const BUILD_LIMIT_MS = 60_000;

describe('builds on the engine', { timeout: BUILD_LIMIT_MS }, () => {
  const session = openTestSession();
  const { engine } = session;
  const tag = `${uniqueProject('buildkit')}:1`;
  const seen: BuildProgress[] = [];
  let base: string;

  beforeAll(async () => {
    base = await tinyImage(session);
  }, BUILD_LIMIT_MS);
  afterAll(async () => {
    await docker(session, 'image', 'rm', tag).catch(() => undefined);
    await session[Symbol.asyncDispose]();
  });

  const build = (
    lines: string[],
    more: Partial<BuildRequest> = {},
    signal?: AbortSignal,
    by: EnginePort = engine,
  ) => {
    seen.length = 0;
    const request: BuildRequest = {
      context: tarOf({ Dockerfile: [`FROM ${base}`, ...lines, ''].join('\n'), 'greeting.txt': 'hello\n' }),
      dockerfile: 'Dockerfile',
      tags: [tag],
      buildArgs: {},
      labels: {},
      ...more,
    };
    return by.buildImage(request, (progress) => seen.push(progress), signal);
  };
  const output = () => seen.map(({ log }) => log).join('');

  it('reports every step with its instruction and what it writes', async () => {
    const once = Math.random();
    await build(['COPY greeting.txt /greeting.txt', `RUN echo said ${once} && cat /greeting.txt`], {
      labels: { 'test.label': 'kept' },
    });
    const last = new Map(seen.flatMap(({ step }) => (step ? [[step.id, step] as const] : [])));
    const run = [...last.values()].find(({ status }) => status.includes(`RUN echo said ${once}`));
    expect(run?.status).toMatch(/^\[\d\/3\] RUN/);
    expect(output()).toContain(`said ${once}\nhello`);
    const final = seen.findLast(({ step }) => step)?.step;
    expect(final?.done).toBe(final?.total);
    expect((await engine.inspectImage(tag)).labels).toMatchObject({ 'test.label': 'kept' });
  });

  it('names the failing step and shows its last output', async () => {
    const lines = [`RUN for i in $(seq 30); do echo "line $i ${Math.random()}"; done; exit 3`];
    const failure: unknown = await build(lines).catch((error: unknown) => error);
    if (!hasCode(failure, 'ENGINE_REJECTED')) throw failure;
    expect(failure.message).toMatch(/\[2\/2\] RUN for i in/);
    expect(failure.message).toMatch(/exit code: 3/);
    expect(failure.data.detail).toContain('line 30 ');
    expect(failure.data.detail).not.toContain('line 10 ');
  });

  it('names an instruction that does not exist', async () => {
    await expect(build(['RUMMAGE everything'])).rejects.toThrow(/unknown instruction: RUMMAGE/);
  });

  it('stops the build in the engine when it is cancelled', async () => {
    const mark = `${7_000_000 + Math.floor(Math.random() * 1_000_000)}`;
    const stop = new AbortController();
    const building = build([`RUN echo begun && sleep ${mark}`], {}, stop.signal);
    building.catch(() => undefined);
    await until('the step runs', async () => output().includes('begun') && (await isRunning(mark)));
    stop.abort();
    await expect(building).rejects.toMatchObject({ code: 'CANCELLED' });
    await until('the step is gone from the machine', async () => !(await isRunning(mark)));
  });

  it('keeps a cache mount from one build to the next', async () => {
    const cache = `RUN --mount=type=cache,id=${tag},target=/cache`;
    await build([`${cache} echo ${Math.random()} >> /cache/runs`]);
    await build([`${cache} echo ${Math.random()} >> /cache/runs; echo runs: $(wc -l < /cache/runs)`]);
    expect(output()).toContain('runs: 2');
  });

  it('builds one stage of several, with arguments, and not the others', async () => {
    const lines = [
      'AS first',
      'ARG WORD',
      'RUN echo the word is $WORD',
      `FROM ${base} AS second`,
      'RUN exit 9',
    ];
    const word = `w${Math.random()}`;
    await build([], {
      context: tarOf({ Dockerfile: `FROM ${base} ${lines.join('\n')}\n` }),
      target: 'first',
      buildArgs: { WORD: word },
    });
    expect(output()).toContain(`the word is ${word}`);
  });

  it('runs stages that do not need each other side by side', async () => {
    const meet = (own: string, other: string) =>
      `RUN --mount=type=cache,id=${tag}-meet,target=/meet touch /meet/${own}; for i in $(seq 100); do [ -e /meet/${other} ] && exit 0; sleep 0.1; done; exit 4`;
    const dockerfile = [
      `FROM ${base} AS a`,
      meet('a', 'b'),
      `FROM ${base} AS b`,
      meet('b', 'a'),
      `FROM ${base}`,
      'COPY --from=a /www /a',
      'COPY --from=b /www /b',
    ];
    await build([], { context: tarOf({ Dockerfile: `${dockerfile.join('\n')}\n` }), noCache: true });
  });

  it('gives the image every tag', async () => {
    const other = tag.replace(':1', ':2');
    await build([], { tags: [tag, other] });
    expect((await engine.inspectImage(tag)).tags).toContain(other);
    await docker(session, 'image', 'rm', other);
  });

  it('builds through a tunnel as well', async () => {
    const tunnelled = createEngine({
      hostId: 'test',
      endpoint: 'tunnel',
      createConnection: () => connect('/var/run/docker.sock'),
    });
    const word = `through ${Math.random()}`;
    await build([`RUN echo ${word}`], {}, undefined, tunnelled);
    tunnelled.close();
    expect(output()).toContain(`${word}\n`);
    expect(seen.some(({ step }) => step?.status.includes('[2/2] RUN'))).toBe(true);
  });

  it.each(['secret,id=token,required=true', 'ssh,required=true'])(
    'says that a mount of type=%s is not supported',
    async (mount) => {
      const built = build([`RUN --mount=type=${mount} echo ${Math.random()}`]);
      await expect(built).rejects.toThrow('Secret and SSH mounts');
    },
  );
});

/** Builds run on this machine, so the command of a step is among its processes. */
async function isRunning(argument: string): Promise<boolean> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return commands.some((command) => command.split('\0').includes(argument));
}
