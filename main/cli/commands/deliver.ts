/** `bizosaas deliver`: images of this machine onto a host over SSH, without a registry. */
import type { DeliveryPlan } from '../../../preload/contract';
import { formatBytes } from '../../words/quantities';
import { type CommandRun, printJson } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { openReachable, withConsole } from '../open';
import { renderTable } from '../render/table';
import { runTask } from '../run-task';
import { reportTask } from './up';

/** A log file has no width; nothing is cut there. */
const UNCUT_COLUMNS = 10_000;

export interface DeliverWords {
  services: string[];
  images: string[];
  /** Only says how each image gets there. */
  planOnly: boolean;
}

export const runDeliver: CommandRun<DeliverWords> = (context) =>
  withConsole(context, async (console): Promise<ExitCode> => {
    const { terminal, options, services, images, planOnly } = context;
    const opened = await openReachable(console, terminal, options);
    const { delivery } = console.services;
    if (planOnly) {
      const plan = await delivery.plan(opened.on);
      if (options.json) printJson(terminal, plan);
      else terminal.out(deliveryText(plan, terminal.live ? terminal.columns : UNCUT_COLUMNS));
      return EXIT.OK;
    }
    const onlyImages = images.length > 0 && services.length === 0;
    const request = { ...opened.on, stackId: onlyImages ? null : opened.on.stackId, services, images };
    const title = `Deliver images to ${opened.host.title}`;
    const task = await runTask(opened, terminal, { kind: 'deliver', title, json: options.json }, (...given) =>
      delivery.run(request, ...given),
    );
    return reportTask(task, terminal, options.json);
  });

function deliveryText({ images, source }: DeliveryPlan, width: number): string {
  const from = source === null ? 'No engine answers on this machine.' : `From ${source.title}.`;
  const rows = images.map(({ reference, way, missingBytes, reason }) => [
    reference,
    way,
    missingBytes === null ? '' : formatBytes(missingBytes),
    reason,
  ]);
  return `${from}\n${renderTable(['IMAGE', 'WAY', 'MISSING', 'WHY'], rows, width)}`;
}
