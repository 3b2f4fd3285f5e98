/**
 * Public face of the apply room. Continue is `applyProject` with `continues`; dismiss is
 * `journal.finish(…, 'interrupted', …)`.
 */
export type { ApplyDeps } from './model';
