/**
 * What the facade (stacks/index.ts) calls. Implementations, all `async` unless said otherwise:
 *
 * plan/observe.ts     observe(session, project, signal?, environment?): Promise<ObservedProject>
 * plan/plan.ts        planProject(project, observed, options): Plan                     (pure)
 * apply/apply.ts      applyProject(deps, request, progress, signal): Promise<ApplyOutcome>
 * apply/undo.ts       undoProject(deps, request: UndoRequest, progress, signal): Promise<ApplyOutcome>
 * apply/remove.ts     removalPreview(session, projectName, signal?), removeProject(deps, request: RemoveRequest, progress, signal)
 * apply/act.ts        actOnServices(deps, request: ActRequest, progress, signal): Promise<ApplyOutcome>
 * lock/lock.ts        readLock(session, projectName, now: number, signal?): Promise<ApplyLock | null>, breakLock(session, projectName, signal?)
 * journal/journal.ts  createJournal(directory): Journal                                 (`directory` = <dataDirectory>/journal)
 *
 * Continue = applyProject with `continues: journalId`. Dismiss = journal.finish(hostId, id, 'interrupted', …).
 * applyProject rejects with APPLY_FAILED, APPLY_LOCKED, or CANCELLED whose message says what is up and what isn't.
 */
export type * from './model';
