import { raceSignal, withTimeout } from '../../../streams/abortable';
import type { ImageSummary } from '../../hosts/engine';
import { imageIndex } from '../plan/image-index';
import type { PreflightContext } from './context';

const REGISTRY_TIMEOUT_MS = 5000;

export function findImage(reference: string, images: ImageSummary[]): ImageSummary | undefined {
  const id = imageIndex(images)(reference);
  return images.find((image) => image.id === id);
}

export type RegistryAnswer = { kind: 'pullable' } | { kind: 'refused' | 'silent'; detail: string };

/** Asks for the manifest without pulling. Rejects only when the caller's signal aborts. */
export async function askRegistry(context: PreflightContext, reference: string): Promise<RegistryAnswer> {
  using limit = withTimeout(REGISTRY_TIMEOUT_MS, context.signal);
  try {
    await raceSignal(context.session.engine.checkRegistry(reference, limit.signal), limit.signal);
    return { kind: 'pullable' };
  } catch (error) {
    if (context.signal.aborted) throw error;
    if (limit.signal.aborted)
      return { kind: 'silent', detail: `no answer in ${REGISTRY_TIMEOUT_MS / 1000} s` };
    return { kind: 'refused', detail: error instanceof Error ? error.message : String(error) };
  }
}
