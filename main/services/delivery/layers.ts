/** Which layers a host lacks, told from the DiffIDs of its images. */

/**
 * How many of an image's lowest layers some image of the host has in the same order. Only those can be left out:
 * an engine finds a layer by the chain below it, not by its content alone.
 */
export function sharedDepth(layers: readonly string[], known: Iterable<readonly string[]>): number {
  let deepest = 0;
  for (const other of known) deepest = Math.max(deepest, depthWith(layers, other));
  return deepest;
}

function depthWith(layers: readonly string[], other: readonly string[]): number {
  const end = layers.findIndex((layer, index) => layer !== other[index]);
  return end < 0 ? layers.length : end;
}

/** The layers to send, each once, lowest first. */
export function missingLayers(layers: readonly string[], known: Iterable<readonly string[]>): string[] {
  return [...new Set(layers.slice(sharedDepth(layers, known)))];
}
