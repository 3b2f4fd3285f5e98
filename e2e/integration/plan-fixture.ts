/** A project on the machine's engine, what a plan says of it, and an apply that makes it true. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnginePort } from '../../main/services/hosts/engine';
import type { HostSession } from '../../main/services/hosts/host-session';
import type { ComposeProject } from '../../main/services/stacks/compose-file/model';
import { observe } from '../../main/services/stacks/plan/observe';
import { planProject } from '../../main/services/stacks/plan/plan';
import type { PlanStep } from '../../preload/contract';
import { docker } from '../support/docker';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { until } from '../support/until';
import { type Bench, bench } from './apply-fixture';

export interface PlanFixture {
  session: HostSession;
  engine: EnginePort;
  /** Of the project. */
  name: string;
  /** Small, with a shell. */
  image: string;
  /** Scratch, for build contexts. */
  folder: string;
  bench: Bench;
  steps(stack: ComposeProject, options?: { removeOrphans?: boolean }): Promise<PlanStep[]>;
  /** Rejects when the plan has no such step. */
  step(stack: ComposeProject, id: string): Promise<PlanStep>;
  /** The steps that are more than `keep`, by id. */
  changes(stack: ComposeProject): Promise<Record<string, string>>;
  apply(stack: ComposeProject): Promise<void>;
  docker(...words: string[]): Promise<string>;
  pause(container: string): Promise<void>;
  /** Takes everything of the project away. */
  clear(): Promise<void>;
  /** As `clear`, and ends the session. */
  dispose(): Promise<void>;
}

export async function planFixture(): Promise<PlanFixture> {
  const session = openTestSession();
  const { engine } = session;
  const name = uniqueProject('plan');
  const image = await tinyImage(session);
  const folder = await mkdtemp(join(tmpdir(), 'bizosaas-plan-'));
  const runs = await bench(session, { timing: { gateFloorMs: 1000, settleMs: 300 } });

  const steps: PlanFixture['steps'] = async (stack, options = {}) => {
    const plan = planProject(stack, await observe(session, stack), {
      services: [],
      warnings: [],
      ...options,
    });
    return plan.steps;
  };
  const clear = () => removeProject(session, name);
  return {
    ...{ session, engine, name, image, folder, bench: runs, steps, clear },
    async step(stack, id) {
      const all = await steps(stack);
      const found = all.find((one) => one.id === id);
      if (found !== undefined) return found;
      throw new Error(`no step ${id} among ${all.map((one) => one.id).join(', ')}`);
    },
    async changes(stack) {
      const changing = (await steps(stack)).filter(({ action }) => action !== 'keep');
      return Object.fromEntries(changing.map(({ id, reason }) => [id, reason]));
    },
    async apply(stack) {
      await runs.apply({ project: stack });
    },
    docker: (...words) => docker(session, ...words),
    // The kernel gives up freezing processes that come and go too fast for it, as checks do on a busy machine.
    pause: (container) =>
      until(`${container} is paused`, () =>
        docker(session, 'pause', container).then(
          () => true,
          () => false,
        ),
      ),
    async dispose() {
      await clear();
      await rm(folder, { recursive: true, force: true });
      engine.close();
    },
  };
}
