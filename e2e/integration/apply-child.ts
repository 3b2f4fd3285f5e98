/** An apply in a process of its own, so that a test can kill it: `node apply-child.mjs <request as JSON>`. */
import { z } from 'zod';
import { createLocalSession } from '../../main/adapters/local';
import { applyProject } from '../../main/services/stacks/apply/apply';
import { createJournal } from '../../main/services/stacks/journal/journal';

const requestSchema = z.object({
  endpoint: z.string(),
  journal: z.string(),
  owner: z.string(),
  project: z.custom<Parameters<typeof applyProject>[1]['project']>((value) => typeof value === 'object'),
});

const { endpoint, journal, owner, project } = requestSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const session = createLocalSession({ hostId: 'test', endpoint, environment: process.env });
await applyProject(
  { session, journal: createJournal(journal), log: silent, owner, now: Date.now, environment: {} },
  { stackId: 'test', project, services: [] },
  {
    phase: () => undefined,
    service: ({ service, phase }) => process.stdout.write(`${service} ${phase}\n`),
  },
  new AbortController().signal,
);
