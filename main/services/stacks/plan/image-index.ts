import type { ImageSummary } from '../../hosts/engine';
import { taggedReference } from './service-facts';

/** Reference → image id, by tag, digest or id. */
export function imageIndex(images: ImageSummary[]): (reference: string) => string | null {
  const index = new Map<string, string>();
  for (const image of images) {
    index.set(image.id, image.id);
    for (const name of [...image.tags, ...image.digests]) index.set(name, image.id);
  }
  return (reference) => index.get(shortReference(taggedReference(reference))) ?? index.get(reference) ?? null;
}

/** The engine lists Docker Hub's images without the registry's name. */
function shortReference(reference: string): string {
  return reference.replace(/^(docker\.io|index\.docker\.io)\//, '').replace(/^library\//, '');
}
