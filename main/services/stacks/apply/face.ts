/**
 * Public face of the apply room. Continue is the same call with `continues`; dismiss is
 * `journal.finish(…, 'interrupted', …)`.
 */
export type { ApplyDeps } from './model';
