import type { Check } from '../../../../preload/contract';
import { plural } from '../../../words/quantities';
import type { ComposeService } from '../compose-file/model';
import {
  type HealthGate,
  healthGates,
  isChecked,
  isCheckedByFile,
  uncheckedWords,
} from '../plan/health-gates';
import { isOfSources } from '../plan/offers';
import { imageReference } from '../plan/service-facts';
import { fail, pass, type Subject, warn } from './check';
import type { PreflightContext } from './context';
import { wantedImages } from './images';
import { findImage } from './registry';

/** `checked` is null while the image that decides is not on the host. Null when there is nothing to say. */
export function judgeHealthGate(
  { service, dependants }: HealthGate,
  checked: boolean | null,
  reference: string,
): Check | null {
  if (checked === true) return null;
  const { name } = service;
  const subject: Subject = {
    id: `health-check:${name}`,
    group: 'health',
    title: `Health check of ${name}`,
    services: dependants,
  };
  const who = dependants.join(', ');
  const { evidence, advice } = uncheckedWords(dependants, name);
  if (checked === false) return fail(subject, evidence, `${advice} Until then ${who} is left out.`);
  return warn(
    subject,
    `depends_on lets ${who} wait until ${name} is healthy. The file gives ${name} neither a health check nor a probe, and its image ${reference} is not known yet.`,
    `Unless the image has a health check, ${who} is not started. ${advice}`,
  );
}

export async function checkHealthGates(context: PreflightContext): Promise<Check[]> {
  const gates = healthGates(context.project);
  const judged = await Promise.all(
    gates.map(async (gate) => {
      const reference = imageReference(context.project, gate.service);
      return judgeHealthGate(gate, await isKnownChecked(context, gate.service), reference);
    }),
  );
  const doubtful = judged.filter((check) => check !== null);
  if (doubtful.length > 0 || gates.length === 0) return doubtful;
  const subject = { id: 'health-checks', group: 'health', title: 'Health checks' } as const;
  const evidence = `${plural(gates.length, 'service')} that others wait for can be asked for health.`;
  return [pass(subject, evidence)];
}

async function isKnownChecked(context: PreflightContext, service: ComposeService): Promise<boolean | null> {
  return isCheckedByFile(service) ?? isCheckedByImage(context, service);
}

async function isCheckedByImage(context: PreflightContext, service: ComposeService): Promise<boolean | null> {
  const wanted = wantedImages(context.project).find(({ services }) => services.includes(service.name));
  const present = findImage(imageReference(context.project, service), await context.images());
  if (wanted === undefined || present === undefined) return null;
  if (wanted.pullPolicy === 'always' || wanted.pullPolicy === 'build') return null;
  if (wanted.builder !== null) {
    const builds = await context.builds();
    if (!isOfSources(present.labels, builds[wanted.builder.name] ?? null)) return null;
  }
  const { config } = await context.session.engine.inspectImage(present.id, context.signal);
  return isChecked(config.healthcheck);
}
