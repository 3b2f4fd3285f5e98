/** A main process for the window's specs: the real contract, every procedure refusing until a spec takes it over. */
import { implement } from '@orpc/server';
import { contract } from '../../preload/contract/procedures';

export const os = implement(contract);

function refuse(): never {
  throw new Error('no part of this test');
}

/** The first look of a list; it stays open until its reader leaves. */
export async function* listed<Item>(items: Item[], signal: AbortSignal | undefined) {
  yield { type: 'snapshot' as const, revision: 1, items };
  await new Promise((resolve) => signal?.addEventListener('abort', resolve));
}

export const refusing = {
  app: {
    info: os.app.info.handler(refuse),
    openExternal: os.app.openExternal.handler(refuse),
    chooseComposeFiles: os.app.chooseComposeFiles.handler(refuse),
    showInFolder: os.app.showInFolder.handler(refuse),
  },
  hosts: {
    watch: os.hosts.watch.handler(refuse),
    select: os.hosts.select.handler(refuse),
    retry: os.hosts.retry.handler(refuse),
    aliases: os.hosts.aliases.handler(refuse),
    add: os.hosts.add.handler(refuse),
    forget: os.hosts.forget.handler(refuse),
    probe: os.hosts.probe.handler(refuse),
    questions: os.hosts.questions.handler(refuse),
    answer: os.hosts.answer.handler(refuse),
  },
  prepare: {
    plan: os.prepare.plan.handler(refuse),
    run: os.prepare.run.handler(refuse),
    undo: os.prepare.undo.handler(refuse),
    watch: os.prepare.watch.handler(refuse),
  },
  delivery: {
    plan: os.delivery.plan.handler(refuse),
    run: os.delivery.run.handler(refuse),
  },
  forwards: {
    watch: os.forwards.watch.handler(refuse),
    open: os.forwards.open.handler(refuse),
    openPort: os.forwards.openPort.handler(refuse),
    close: os.forwards.close.handler(refuse),
  },
  stacks: {
    watch: os.stacks.watch.handler(refuse),
    add: os.stacks.add.handler(refuse),
    forget: os.stacks.forget.handler(refuse),
    preflight: os.stacks.preflight.handler(refuse),
    plan: os.stacks.plan.handler(refuse),
    apply: os.stacks.apply.handler(refuse),
    continueApply: os.stacks.continueApply.handler(refuse),
    undoApply: os.stacks.undoApply.handler(refuse),
    dismissApply: os.stacks.dismissApply.handler(refuse),
    continueRemoval: os.stacks.continueRemoval.handler(refuse),
    continueAct: os.stacks.continueAct.handler(refuse),
    history: os.stacks.history.handler(refuse),
    lock: os.stacks.lock.handler(refuse),
    breakLock: os.stacks.breakLock.handler(refuse),
    removalPreview: os.stacks.removalPreview.handler(refuse),
    remove: os.stacks.remove.handler(refuse),
  },
  services: {
    watch: os.services.watch.handler(refuse),
    attention: os.services.attention.handler(refuse),
    act: os.services.act.handler(refuse),
    logs: os.services.logs.handler(refuse),
    probes: os.services.probes.handler(refuse),
    events: os.services.events.handler(refuse),
    configuration: os.services.configuration.handler(refuse),
    inspect: os.services.inspect.handler(refuse),
  },
  tasks: {
    watch: os.tasks.watch.handler(refuse),
    cancel: os.tasks.cancel.handler(refuse),
    dismiss: os.tasks.dismiss.handler(refuse),
  },
  settings: {
    get: os.settings.get.handler(refuse),
    change: os.settings.change.handler(refuse),
  },
};
