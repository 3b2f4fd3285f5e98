/** Reasons of a plan that lie in images, on the real engine. */
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ComposeProject } from '../../main/services/stacks/compose-file/model';
import { project, type ServiceSketch, service } from './apply-fixture';
import { type PlanFixture, planFixture } from './plan-fixture';

/** More than is read at each look. */
const LARGE_BYTES = 60 * 1024 * 1024;
/** Nothing listens there. */
const ABSENT = 'localhost:1/none:1';
let fixture: PlanFixture;
let name = '';
let image = '';

beforeAll(async () => {
  fixture = await planFixture();
  ({ name, image } = fixture);
});
afterEach(() => fixture.clear());
afterAll(() => fixture.dispose());

function stack(sketch: ServiceSketch): ComposeProject {
  return project(name, [service('web', image, sketch)]);
}

function built(sketch: ServiceSketch = {}): ComposeProject {
  const { image: _none, ...rest } = service('web', image, sketch);
  return project(name, [{ ...rest, build: { context: fixture.folder } }]);
}

describe('an image that is pulled', () => {
  it.each<[ServiceSketch, string, string]>([
    [{ image: ABSENT }, 'pull-image', 'The image is not on the host.'],
    [
      { image: ABSENT, pull_policy: 'never' },
      'keep',
      'The image is not on the host, and pull_policy forbids to pull it.',
    ],
  ])('with %o', async (sketch, action, reason) => {
    expect(await fixture.step(stack(sketch), `image:${ABSENT}`)).toMatchObject({ action, reason });
  });

  it('is asked for each time when the file says so, and kept when it is there', async () => {
    expect(await fixture.step(stack({ pull_policy: 'always' }), `image:${image}`)).toMatchObject({
      action: 'pull-image',
      reason: 'pull_policy asks for the newest image each time.',
    });
    expect(await fixture.step(stack({}), `image:${image}`)).toMatchObject({
      action: 'keep',
      reason: 'The image is on the host.',
    });
  });
});

describe('an image that is built', () => {
  it('is built while it is missing, again when its sources changed, and replaces its container', async () => {
    const id = `image:${name}-web:latest`;
    const dockerfile = join(fixture.folder, 'Dockerfile');
    await writeFile(dockerfile, `FROM ${image}\nLABEL of=${name}\n`);
    expect(await fixture.changes(built())).toMatchObject({
      [id]: 'The image is not on the host and is built.',
    });
    await fixture.apply(built());
    expect(await fixture.changes(built())).toEqual({});
    expect(await fixture.changes(built({ pull_policy: 'build' }))).toMatchObject({
      [id]: 'pull_policy asks for a build each time.',
    });
    await writeFile(dockerfile, `FROM ${image}\nLABEL of=${name} now=changed\n`);
    expect(await fixture.changes(built())).toEqual({
      [id]: 'The build context changed.',
      'service:web': 'Its image is built anew.',
    });
    await fixture.apply(built());
    const large = join(fixture.folder, 'large');
    await writeFile(large, '');
    await truncate(large, LARGE_BYTES);
    expect(await fixture.step(built(), id)).toMatchObject({
      action: 'keep',
      reason:
        'The image is on the host; its build context is too large to compare (over 50 MB or 5,000 files).',
    });
    await fixture.clear();
    await fixture.docker('image', 'rm', `${name}-web`);
  });
});
