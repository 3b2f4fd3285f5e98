/**
 * Public face of the plan, apply, journal and lock rooms. Continue is `applyProject` with
 * `continues`; dismiss is `journal.finish(…, 'interrupted', …)`.
 */
export { createJournal } from '../journal/journal';
export type { Journal, UnfinishedApply } from '../journal/model';
export { breakLock, readLock } from '../lock/lock';
export type { ObservedProject, PlanOptions } from '../plan/model';
export { observe } from '../plan/observe';
export { planProject } from '../plan/plan';
export { actOnServices } from './act';
export { applyProject } from './apply';
export type { ActRequest, ApplyDeps, ApplyRequest, RemoveRequest, UndoRequest } from './model';
export { removalPreview, removeProject } from './remove';
export { undoProject } from './undo';
