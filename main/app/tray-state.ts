/** What the tray shows: the worst thing known about the selected stack. */
import type { Attention, LiveUpdate, Task } from '../../preload/contract';
import type { Console } from '../console';
import type { TrayFace } from './tray';

/** Follows tasks, and the attention list of whichever stack is selected, until `signal` ends it. */
export async function followStack(
  console: Console,
  show: (face: TrayFace) => void,
  signal: AbortSignal,
): Promise<void> {
  const attention = new Map<string, Attention>();
  const running = new Map<string, Task>();
  const repaint = () => show(faceOf([...attention.values()], [...running.values()]));
  await Promise.allSettled([
    followSelected(console, attention, repaint, signal),
    collect(console.services.tasks.watch(signal), running, repaint),
  ]);
}

/** One watch per selection: changing host or stack ends it and begins the next. */
async function followSelected(
  console: Console,
  attention: Map<string, Attention>,
  repaint: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { health, hosts, settings } = console.services;
  while (!signal.aborted) {
    const moved = new AbortController();
    const forget = settings.onChange(() => moved.abort());
    const host = await hosts.selected();
    const on = { hostId: host.id, stackId: settings.get().selectedStackId };
    const until = AbortSignal.any([signal, moved.signal]);
    await collect(health.watchAttention(on, until), attention, repaint).catch(() => untilAborted(until));
    forget();
  }
}

/** After a watch failed, the next attempt waits for another selection rather than spinning. */
function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

export function faceOf(attention: Attention[], tasks: Task[]): TrayFace {
  const task = tasks.find((each) => each.endedAt === null);
  if (task) return { state: 'working', text: task.title };
  const [worst] = [...attention].sort(bySeverityThenAge);
  if (!worst) return { state: 'ok', text: 'nothing needs attention' };
  const more = attention.length > 1 ? `, and ${attention.length - 1} more` : '';
  return { state: 'attention', text: `${worst.sentence.replace(/\.$/, '')}${more}` };
}

/** Deltas carry no order. */
function bySeverityThenAge(a: Attention, b: Attention): number {
  const rank = ({ severity }: Attention) => (severity === 'critical' ? 0 : 1);
  return rank(a) - rank(b) || a.since - b.since;
}

async function collect<Item extends { id: string }>(
  updates: AsyncIterable<LiveUpdate<Item>>,
  into: Map<string, Item>,
  onChange: () => void,
): Promise<void> {
  for await (const update of updates) {
    if (update.type === 'snapshot') into.clear();
    for (const item of update.type === 'snapshot' ? update.items : update.upsert) into.set(item.id, item);
    for (const id of update.type === 'delta' ? update.remove : []) into.delete(id);
    onChange();
  }
}
