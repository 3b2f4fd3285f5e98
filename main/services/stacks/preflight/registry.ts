import { raceSignal, withTimeout } from '../../../streams/abortable';
import type { DeliveryOffer } from '../../delivery/face';
import { hasCode } from '../../errors';
import type { ImageSummary } from '../../hosts/engine';
import { imageIndex } from '../plan/image-index';
import { taggedReference } from '../plan/service-facts';
import type { PreflightContext, RegistryAnswer } from './context';

const REGISTRY_LIMIT_MS = 5000;

export function findImage(reference: string, images: ImageSummary[]): ImageSummary | undefined {
  const id = imageIndex(images)(reference);
  return images.find((image) => image.id === id);
}

/** This machine's image of that name, where the host lacks it and could get it delivered. */
export async function offerOf(context: PreflightContext, reference: string): Promise<DeliveryOffer | null> {
  const { deps, session, signal } = context;
  return (await deps.delivery?.offer(session, taggedReference(reference), signal)) ?? null;
}

/** Asks for the manifest without pulling. Rejects only when the caller's signal aborts. */
export async function askRegistry(context: PreflightContext, reference: string): Promise<RegistryAnswer> {
  const registry = registryOf(reference);
  const scout = context.scouts.get(registry);
  if (scout !== undefined) {
    const first = await scout;
    return isOutOfReach(first) ? first : ask(context, reference);
  }
  const answer = ask(context, reference);
  context.scouts.set(registry, answer);
  return answer;
}

/** The part before the first slash is a registry only when it looks like an address. */
function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : 'docker.io';
}

/** Says something about the registry, not about the one image. */
function isOutOfReach(answer: RegistryAnswer): boolean {
  if (answer.kind === 'silent') return true;
  return (
    answer.kind === 'refused' &&
    /dial tcp|no such host|connection refused|unreachable|tls:/i.test(answer.detail)
  );
}

async function ask(context: PreflightContext, reference: string): Promise<RegistryAnswer> {
  const limitMs = context.deps.registryLimitMs ?? REGISTRY_LIMIT_MS;
  using limit = withTimeout(limitMs, context.signal);
  try {
    await raceSignal(context.session.engine.checkRegistry(reference, limit.signal), limit.signal);
    return { kind: 'pullable' };
  } catch (error) {
    if (context.signal.aborted) throw error;
    if (limit.signal.aborted) return { kind: 'silent', detail: `no answer in ${limitMs / 1000} s` };
    return { kind: 'refused', detail: detailOf(error) };
  }
}

function detailOf(error: unknown): string {
  if (hasCode(error, 'ENGINE_REJECTED')) return error.data.detail;
  return error instanceof Error ? error.message : String(error);
}
