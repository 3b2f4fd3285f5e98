/**
 * Base images that no registry gives: `x-bizosaas.bases.<image>.script` makes a root file system
 * on the host (the path of the archive is its one argument), which is imported under the base's name.
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
    const result = await pass.session.run(program, [archive], pass.signal);
    if (result.exitCode !== 0) {
      const output = pass.mask((result.stderr || result.stdout).trim()).slice(-OUTPUT_SHOWN);
      throw scriptFailed(base, `${program} ended with ${result.exitCode}. ${output}`);
    }
    await pass.engine.importImage(createReadStream(archive), base, [], pass.signal);
  } finally {
    await rm(archive, { force: true });
  }
}

function scriptFailed(base: string, ending: string): DomainError {
  const detail = `Base image ${base} can neither be pulled nor made: ${ending}`;
  return new DomainError('NOT_FOUND', { kind: 'image', name: base }, detail);
}
