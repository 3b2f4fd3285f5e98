/** A project in a scratch folder, judged by pre-flight on the machine's engine. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { HostSession } from '../../main/services/hosts/host-session';
import { loadCompose } from '../../main/services/stacks/compose-file';
import { preflight } from '../../main/services/stacks/preflight';
import type { Check, PreflightReport } from '../../preload/contract';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';

/** The registries of these tests are on this machine. */
const REGISTRY_LIMIT_MS = 1500;

export interface PreflightFixture {
  session: HostSession;
  image: string;
  folder: string;
  /** The project of the file, and another one that gets in its way. */
  project: string;
  other: string;
  /** `yaml` without the name line. */
  report(yaml: string, on?: HostSession): Promise<PreflightReport>;
  check(yaml: string, id: string, on?: HostSession): Promise<Check>;
  /** One service `web` of the tiny image, with more of its lines. */
  web(rest?: string): string;
  dispose(): Promise<void>;
}

async function preflightFixture(): Promise<PreflightFixture> {
  const session = openTestSession();
  const image = await tinyImage(session);
  const folder = await mkdtemp(join(tmpdir(), 'bizosaas-preflight-'));
  const project = uniqueProject('preflight');
  const other = uniqueProject('preflight-other');

  async function report(yaml: string, on: HostSession = session): Promise<PreflightReport> {
    const file = join(folder, 'compose.yaml');
    await writeFile(file, `name: ${project}\n${yaml}`);
    const loaded = await loadCompose({ files: [file], environment: {} });
    return preflight(on, loaded, { now: Date.now, environment: {}, registryLimitMs: REGISTRY_LIMIT_MS });
  }
  return {
    ...{ session, image, folder, project, other, report },
    async check(yaml, id, on) {
      const { checks } = await report(yaml, on);
      const found = checks.find((candidate) => candidate.id === id);
      if (found !== undefined) return found;
      throw new Error(`no check ${id} among ${checks.map((entry) => entry.id).join(', ')}`);
    },
    web: (rest = '') => `services:\n  web:\n    image: ${image}\n${rest}`,
    async dispose() {
      await removeProject(session, project);
      await removeProject(session, other);
      await session[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Given = Pick<PreflightFixture, 'report' | 'check' | 'web'>;

/** One for each test of a file. */
export function eachPreflight(): Given & { readonly fixture: PreflightFixture } {
  let current: PreflightFixture | null = null;
  beforeEach(async () => {
    current = await preflightFixture();
  });
  afterEach(() => current?.dispose());
  const fixture = (): PreflightFixture => {
    if (current === null) throw new Error('The fixture is there inside a test only.');
    return current;
  };
  return {
    get fixture() {
      return fixture();
    },
    report: (...given) => fixture().report(...given),
    check: (...given) => fixture().check(...given),
    web: (...given) => fixture().web(...given),
  };
}

/** A container of the test, in a project or in none. Answers its id. */
export async function holder(
  { session, image }: PreflightFixture,
  name: string,
  owner: string,
  rest: Record<string, unknown> = {},
): Promise<string> {
  const labels = { 'com.docker.compose.project': owner, 'com.docker.compose.service': 'web' };
  const body = { Image: image, Cmd: ['sleep', '600'], Labels: labels, ...rest };
  return (await session.engine.createContainer({ name, body })).id;
}
