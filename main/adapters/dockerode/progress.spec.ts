import { describe, expect, it } from 'vitest';
import type { BuildProgress } from '../../services/hosts/engine';
import { createBuildFollower } from './progress';
import { readTrace, type Trace, type Vertex } from './trace';

const vertex = (digest: string, more: Partial<Vertex> = {}): Vertex => ({
  digest,
  name: `RUN ${digest}`,
  cached: false,
  started: true,
  completed: false,
  error: '',
  ...more,
});
const trace = (more: Partial<Trace>): Trace => ({ vertexes: [], statuses: [], logs: [], ...more });
const log = (digest: string, text: string) => ({ vertex: digest, msg: new TextEncoder().encode(text) });

describe('what BuildKit reports', () => {
  it('is read from a line as an engine sends it', () => {
    // Vertex { digest 'sha256:1', name 'RUN a', started {} }, VertexLog { vertex 'sha256:1', msg 'hi\n' }.
    const bytes = Buffer.concat([
      Buffer.from([0x0a, 0x13, 0x0a, 0x08]),
      Buffer.from('sha256:1'),
      Buffer.from([0x1a, 0x05]),
      Buffer.from('RUN a'),
      Buffer.from([0x2a, 0x00]),
      Buffer.from([0x1a, 0x0f, 0x0a, 0x08]),
      Buffer.from('sha256:1'),
      Buffer.from([0x22, 0x03]),
      Buffer.from('hi\n'),
    ]);
    const read = readTrace({ id: 'moby.buildkit.trace', aux: bytes.toString('base64') });
    expect(read?.vertexes).toEqual([vertex('sha256:1', { name: 'RUN a' })]);
    expect(read?.logs.map(({ msg }) => Buffer.from(msg).toString())).toEqual(['hi\n']);
  });

  it('leaves other lines alone', () => {
    expect(readTrace({ id: 'moby.image.id', aux: { ID: 'sha256:2' } })).toBeNull();
    expect(readTrace({ stream: 'Step 1/2 : FROM a\n' })).toBeNull();
    expect(readTrace('text')).toBeNull();
  });
});

describe('createBuildFollower', () => {
  function follow(...traces: Trace[]) {
    const seen: BuildProgress[] = [];
    const follower = createBuildFollower((progress) => seen.push(progress));
    for (const one of traces) follower.apply(one);
    return { seen, failed: follower.failed() };
  }

  it('counts ended steps among the known ones', () => {
    const { seen } = follow(
      trace({ vertexes: [vertex('a', { started: false }), vertex('b')] }),
      trace({ vertexes: [vertex('b', { completed: true, cached: true })] }),
      trace({ vertexes: [vertex('a', { completed: true })] }),
    );
    expect(seen.map(({ step }) => step)).toEqual([
      { id: 'b', status: 'RUN b', done: 0, total: 2 },
      { id: 'b', status: 'RUN b (cached)', done: 1, total: 2 },
      { id: 'a', status: 'RUN a', done: 2, total: 2 },
    ]);
  });

  it('tells how far a download of a step is', () => {
    const statuses = [{ ID: 'sha256:1', vertex: 'a', name: 'downloading', current: 30, total: 120 }];
    const { seen } = follow(trace({ vertexes: [vertex('a')] }), trace({ statuses }));
    expect(seen.at(-1)?.step?.status).toBe('RUN a: sha256:1 25 %');
  });

  it('keeps the last lines of the step that failed, not of those beside it', () => {
    const lines = Array.from({ length: 25 }, (_, index) => `line ${index}\n`).join('');
    const { failed } = follow(
      trace({ vertexes: [vertex('a'), vertex('b')], logs: [log('a', 'other\n'), log('b', lines)] }),
      trace({ vertexes: [vertex('a', { error: 'context canceled', completed: true })] }),
      trace({ vertexes: [vertex('b', { error: 'exit code: 3', completed: true })] }),
    );
    expect(failed?.name).toBe('RUN b');
    expect(failed?.output).toHaveLength(20);
    expect(failed?.output.at(-1)).toBe('line 24');
  });

  it('knows no failed step when none ended with an error', () => {
    expect(follow(trace({ vertexes: [vertex('a', { completed: true })] })).failed).toBeNull();
  });
});
