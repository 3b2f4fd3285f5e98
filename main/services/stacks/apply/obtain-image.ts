import { DomainError } from '../../errors';
import type { BuildProgress } from '../../hosts/engine';
import type { ComposeBuild } from '../compose-file/model';
import { COMPOSE, OWN } from '../plan/labels';
import type { ImageDecision } from '../plan/model';
import { imageStepId } from '../plan/plan';
import { buildContext } from './build-context';
import { deliver } from './deliver-image';
import { ensureBases } from './ensure-bases';
import { isEngineLost } from './explain';
import type { Pass } from './pass-model';

const LOG_SHOWN = 500;
const REGISTRY_LIMIT_MS = 5_000;

/** Has the image on the host afterwards; rejects with the reason why it can't be had. */
export async function obtainImage(pass: Pass, decision: ImageDecision): Promise<void> {
  const id = imageStepId(decision);
  switch (decision.action) {
    case 'have':
      return;
    case 'absent':
      throw absent(decision);
    case 'pull':
      return pass.pullLimit(() => pass.step(id, `Pulling ${decision.reference}`, () => pull(pass, decision)));
    case 'deliver':
      return pass.step(id, `Delivering ${decision.reference}`, () =>
        deliver(pass, decision.reference, decision.services),
      );
    case 'build':
      return pass.buildLimit(() =>
        pass.step(id, `Building ${decision.reference}`, () => build(pass, decision)),
      );
  }
}

function absent({ reference, reason }: ImageDecision): DomainError {
  return new DomainError('NOT_FOUND', { kind: 'image', name: reference }, `Image ${reference}: ${reason}`);
}

async function pull(pass: Pass, decision: ImageDecision): Promise<void> {
  for (const service of decision.services)
    pass.reporter.set(service, 'pulling', `Pulling ${decision.reference}.`);
  const onProgress = (layer: Parameters<Pass['reporter']['part']>[1]): void =>
    pass.reporter.part(decision.services, layer, 'bytes');
  const platform = serviceOf(pass, decision)?.platform;
  const options = platform === undefined ? { onProgress } : { platform, onProgress };
  try {
    // A registry that says nothing would hold the pull for minutes, and there is another way.
    if (decision.offered) await pass.engine.checkRegistry(decision.reference, briefly(pass));
    await pass.engine.pullImage(decision.reference, options, pass.signal);
  } catch (error) {
    if (pass.signal.aborted || isEngineLost(error)) throw error;
    if (decision.offered) return deliver(pass, decision.reference, decision.services);
    if (!(await isPresent(pass, decision.reference))) throw error;
    // A registry that is away is no reason to stop a service whose image is on the host.
    pass.log.warn('The newest image could not be pulled; the one on the host is used.', {
      image: decision.reference,
    });
  }
}

function briefly(pass: Pass): AbortSignal {
  return AbortSignal.any([pass.signal, AbortSignal.timeout(REGISTRY_LIMIT_MS)]);
}

async function isPresent(pass: Pass, reference: string): Promise<boolean> {
  return pass.engine.inspectImage(reference).then(
    () => true,
    () => false,
  );
}

function serviceOf(pass: Pass, decision: ImageDecision) {
  return pass.project.services[decision.services[0] ?? ''];
}

async function build(pass: Pass, decision: ImageDecision): Promise<void> {
  const service = serviceOf(pass, decision);
  if (service?.build === undefined) throw absent(decision);
  for (const name of decision.services)
    pass.reporter.set(name, 'building', `Building ${decision.reference}.`);
  await ensureBases(pass, service.build, decision.services);
  const context = await buildContext(service.build);
  const request = {
    ...buildOptions(pass, service.build),
    context: context.tar,
    dockerfile: context.dockerfile,
    tags: decision.tags,
    labels: {
      ...service.build.labels,
      [COMPOSE.project]: pass.project.name,
      [COMPOSE.service]: service.name,
      ...digestLabel(pass, service.name),
    },
  };
  const { platform } = service;
  await pass.engine
    .buildImage(
      platform === undefined ? request : { ...request, platform },
      tellBuild(pass, decision),
      pass.signal,
    )
    .catch((error: unknown) => {
      throw withoutSecrets(pass, decision, error);
    });
}

function tellBuild(pass: Pass, { reference, services }: ImageDecision): (progress: BuildProgress) => void {
  return ({ step, log }) => {
    const output = pass.mask(log.trim()).slice(0, LOG_SHOWN);
    if (step !== null) pass.reporter.part(services, { ...step, status: pass.mask(step.status) }, 'steps');
    else if (output !== '') pass.log.info(`Build of ${reference}`, { output });
  };
}

/** A failed command's last words come in the error; the error itself must not travel on with them. */
function withoutSecrets(pass: Pass, { reference }: ImageDecision, error: unknown): unknown {
  if (pass.signal.aborted || isEngineLost(error) || !(error instanceof Error)) return error;
  const detail = pass.mask(error.message);
  if (detail === error.message) return error;
  return new DomainError('CONFLICT', { what: `build of ${reference}`, detail }, detail);
}

/** As observed before the build: sources that change meanwhile make the next plan build again. */
function digestLabel(pass: Pass, service: string): Record<string, string> {
  const known = pass.observed.builds[service] ?? null;
  return known === null ? {} : { [OWN.buildDigest]: known };
}

function buildOptions(pass: Pass, build: ComposeBuild) {
  const args = Object.entries(build.args ?? {}).flatMap(([key, value]): [string, string][] => {
    const resolved = value ?? pass.environment[key];
    return resolved === undefined ? [] : [[key, resolved]];
  });
  return {
    buildArgs: Object.fromEntries(args),
    ...(build.target === undefined ? {} : { target: build.target }),
    ...(build.no_cache === undefined ? {} : { noCache: build.no_cache }),
    ...(build.pull === undefined ? {} : { pull: build.pull }),
    ...(build.network === undefined ? {} : { networkMode: build.network }),
    ...(build.extra_hosts === undefined
      ? {}
      : { extraHosts: build.extra_hosts.map((entry) => entry.replace('=', ':')) }),
    ...(build.shm_size === undefined ? {} : { shmSizeBytes: build.shm_size }),
  };
}
