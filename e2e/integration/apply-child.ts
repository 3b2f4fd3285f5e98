/** A change in a process of its own, so that a test can kill it: `node apply-child.mjs <request as JSON>`. */
import { z } from 'zod';
import { createLocalSession } from '../../main/adapters/local';
import { actOnServices } from '../../main/services/stacks/apply/act';
import { applyProject } from '../../main/services/stacks/apply/apply';
import { removeProject } from '../../main/services/stacks/apply/remove';
import { createJournal } from '../../main/services/stacks/journal/journal';

const requestSchema = z.object({
  endpoint: z.string(),
  journal: z.string(),
  owner: z.string(),
  change: z.enum(['apply', 'remove', 'remove with volumes', 'stop', 'restart']),
  project: z.custom<Parameters<typeof applyProject>[1]['project']>((value) => typeof value === 'object'),
});

const { endpoint, journal, owner, change, project } = requestSchema.parse(
  JSON.parse(process.argv[2] ?? '{}'),
);
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const session = createLocalSession({ hostId: 'test', endpoint, environment: process.env });
const deps = { session, journal: createJournal(journal), log: silent, owner, now: Date.now, environment: {} };
const about = { stackId: 'test', project, services: [] };
const progress = {
  phase: () => undefined,
  service: ({ service, phase }: { service: string; phase: string }) =>
    void process.stdout.write(`${service} ${phase}\n`),
};
const { signal } = new AbortController();
if (change === 'apply') await applyProject(deps, about, progress, signal);
else if (change === 'stop' || change === 'restart')
  await actOnServices(deps, { ...about, action: change }, progress, signal);
else {
  const volumes = change === 'remove with volumes';
  await removeProject(deps, { ...about, project: project.name, volumes }, progress, signal);
}
