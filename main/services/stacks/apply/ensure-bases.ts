/**
 * Base images that no registry gives: `x-bizosaas.bases.<image>.script` makes a root file system
 * on the host (the path of the archive is its one argument), which is imported under the base's name.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { DomainError } from '../../errors';
import type { ComposeBuild } from '../compose-file/model';
import { EXTENSION_KEY } from '../extension';
import { imageIndex } from '../plan/image-index';
import { dockerfileBases } from '../preflight/dockerfile';
import { dockerfileText } from './build-context';
import { isEngineLost } from './explain';
import type { Pass } from './pass-model';

const OUTPUT_SHOWN = 600;

const basesSchema = z.object({ bases: z.record(z.string(), z.object({ script: z.string() })) });

/** Only bases with a script are looked after; the builder fetches the others itself. */
export async function ensureBases(pass: Pass, build: ComposeBuild, services: string[]): Promise<void> {
  const extension = basesSchema.safeParse(pass.project.extensions[EXTENSION_KEY]);
  if (!extension.success) return;
  const parsed = dockerfileBases(await dockerfileText(build), build.args ?? {});
  for (const base of parsed?.bases ?? []) {
    const script = extension.data.bases[base]?.script;
    if (script === undefined) continue;
    const making = pass.bases.get(base) ?? ensureBase(pass, { base, script, services });
    pass.bases.set(base, making);
    for (const service of services) pass.reporter.set(service, 'building', `Waiting for base image ${base}.`);
    await making;
  }
}

interface WantedBase {
  base: string;
  script: string;
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
    await pass.step(`base:${base}`, `Making base image ${base}`, () => makeBase(pass, wanted));
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
    if (result.exitCode !== 0) throw scriptFailed(base, program, result);
    await pass.engine.importImage(createReadStream(archive), base, [], pass.signal);
  } finally {
    await rm(archive, { force: true });
  }
}

function scriptFailed(
  base: string,
  program: string,
  result: { exitCode: number; stdout: string; stderr: string },
): DomainError {
  const output = (result.stderr || result.stdout).trim().slice(-OUTPUT_SHOWN);
  const detail = `Base image ${base} can neither be pulled nor made: ${program} ended with ${result.exitCode}. ${output}`;
  return new DomainError('NOT_FOUND', { kind: 'image', name: base }, detail);
}
