/**
 * The Compose room: files to the canonical model and back to text. Pure but for reading the files;
 * knows nothing of an engine.
 */
export { canonicalJson, formatCanonical } from './canonical';
export { loadCompose } from './load/load';
export { isUnreadable } from './source/failure';
