import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCode } from '../../main/services/errors';
import type { BuildProgress, BuildRequest } from '../../main/services/hosts/engine';
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
    await engine.removeImage(tag).catch(() => undefined);
    await session[Symbol.asyncDispose]();
  });

  const build = (lines: string[], more: Partial<BuildRequest> = {}, signal?: AbortSignal) => {
    seen.length = 0;
    const request: BuildRequest = {
      context: tarOf({ Dockerfile: [`FROM ${base}`, ...lines, ''].join('\n'), 'greeting.txt': 'hello\n' }),
      dockerfile: 'Dockerfile',
      tags: [tag],
      buildArgs: {},
      labels: {},
      ...more,
    };
    return engine.buildImage(request, (progress) => seen.push(progress), signal);
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
});
