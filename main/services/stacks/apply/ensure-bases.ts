/**
 * Base images that no registry gives: `x-bizosaas.bases.<image>.script` makes a root file system on this machine,
 * where the stack's files are (the path of the archive is its one argument), which is imported under the base's
 * name. A host behind SSH gets it delivered.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DomainError } from '../../errors';
import type { ComposeBuild } from '../compose-file/model';
import { basesOfBuild, type ScriptedBase } from '../plan/base-images';
import { imageIndex } from '../plan/image-index';
import { baseStepId } from '../plan/plan';
import { deliver } from './deliver-image';
import { isEngineLost } from './explain';
import type { Pass } from './pass-model';

const OUTPUT_SHOWN = 600;

/** Only bases with a script are looked after; the builder fetches the others itself. */
export async function ensureBases(pass: Pass, build: ComposeBuild, services: string[]): Promise<void> {
  for (const { base, script } of await basesOfBuild(pass.project, build)) {
    const making = pass.bases.get(base) ?? ensureBase(pass, { base, script, services });
    pass.bases.set(base, making);
    for (const service of services) pass.reporter.set(service, 'building', `Waiting for base image ${base}.`);
    await making;
  }
}

interface WantedBase extends ScriptedBase {
  services: string[];
}

async function ensureBase(pass: Pass, wanted: WantedBase): Promise<void> {
  const { base, services } = wanted;
  if (imageIndex(await pass.engine.listImages(pass.signal))(base) !== null) return;
  if (await pass.delivery?.offer(pass.session, base, pass.signal))
    return pass.step(baseStepId(wanted), `Delivering base image ${base}`, () =>
      deliver(pass, base, services),
    );
  for (const service of services) pass.reporter.set(service, 'pulling', `Pulling base image ${base}.`);
  try {
    const onProgress = (layer: Parameters<Pass['reporter']['part']>[1]): void =>
      pass.reporter.part(services, layer, 'bytes');
    await pass.engine.pullImage(base, { onProgress }, pass.signal);
  } catch (error) {
    if (pass.signal.aborted || isEngineLost(error)) throw error;
    await pass.step(baseStepId(wanted), `Making base image ${base}`, () => makeBase(pass, wanted));
  }
}

async function makeBase(pass: Pass, { base, script, services }: WantedBase): Promise<void> {
  for (const service of services) {
    pass.reporter.set(
      service,
      'building',
      `Making base image ${base}, which no registry gave. This can take a minute.`,
    );
  }
  const archive = join(tmpdir(), `bizosaas-base-${randomBytes(6).toString('hex')}.tar`);
  try {
    const program = resolve(pass.project.directory, script);
    const result = await pass.runHere(program, [archive], pass.signal);
    if (result.exitCode !== 0) {
      const output = pass.mask((result.stderr || result.stdout).trim()).slice(-OUTPUT_SHOWN);
      throw scriptFailed(base, `${program} ended with ${result.exitCode}. ${output}`);
    }
    await importBase(pass, archive, { base, services });
  } finally {
    await rm(archive, { force: true });
  }
}

/** By way of this machine's engine where there is one: what is delivered survives a lost link. */
async function importBase(
  pass: Pass,
  archive: string,
  { base, services }: { base: string; services: string[] },
): Promise<void> {
  const { delivery, session, engine, signal } = pass;
  const remote = session.endpoint.startsWith('ssh://');
  if (remote && (await delivery?.takeIn(createReadStream(archive), base, signal)))
    return deliver(pass, base, services);
  await engine.importImage(createReadStream(archive), base, [], signal);
}

function scriptFailed(base: string, ending: string): DomainError {
  const detail = `Base image ${base} can neither be pulled nor made: ${ending}`;
  return new DomainError('NOT_FOUND', { kind: 'image', name: base }, detail);
}
