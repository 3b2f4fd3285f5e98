import type { ServiceProgress } from '../../../../preload/contract';
import type { LayerProgress } from '../../hosts/engine';
import type { ApplyProgress } from '../face';

/** Layers report hundreds of times a second; the window draws ten frames of it. */
const PART_INTERVAL_MS = 100;
const PARTS_SHOWN = 40;

export type ServicePhase = ServiceProgress['phase'];

export interface Reporter {
  set(service: string, phase: ServicePhase, detail: string, logTail?: string[]): void;
  /** A layer or build step; `unit` says what its numbers count. */
  part(services: string[], layer: LayerProgress, unit: 'bytes' | 'steps'): void;
  phaseOf(service: string): ServicePhase;
  detailOf(service: string): string;
  /** What the whole apply is doing; the count of ended services comes along. */
  phase(name: string): void;
}

const ENDED: ReadonlySet<ServicePhase> = new Set(['ready', 'unchanged', 'failed', 'blocked', 'cancelled']);

export function createReporter(services: string[], progress: ApplyProgress, now: () => number): Reporter {
  const rows = new Map(services.map((service) => [service, waiting(service, now())]));
  const lastPart = new Map<string, number>();
  const pending = new Map<string, NodeJS.Timeout>();
  let current = 'Preparing';

  const rowOf = (service: string): ServiceProgress => rows.get(service) ?? waiting(service, now());
  const tell = (row: ServiceProgress): void => {
    rows.set(row.service, row);
    progress.service(row);
  };
  const count = (): void => {
    const ended = [...rows.values()].filter(({ phase }) => ENDED.has(phase)).length;
    progress.phase(current, ended, rows.size);
  };

  const forget = (service: string): void => {
    clearTimeout(pending.get(service));
    pending.delete(service);
  };
  const tellParts = (service: string): void => {
    forget(service);
    lastPart.set(service, now());
    progress.service(rowOf(service));
  };
  /** What comes too soon is told later: a download that stalls says nothing more by itself. */
  const tellSoon = (service: string): void => {
    const waitMs = PART_INTERVAL_MS - (now() - (lastPart.get(service) ?? 0));
    if (waitMs <= 0) tellParts(service);
    else if (!pending.has(service)) pending.set(service, setTimeout(tellParts, waitMs, service));
  };

  for (const row of rows.values()) progress.service(row);
  return {
    set(service, phase, detail, logTail = []) {
      forget(service);
      const before = rowOf(service);
      const since = before.phase === phase ? before.since : now();
      tell({ ...waiting(service, since), phase, detail, logTail });
      if (ENDED.has(phase) !== ENDED.has(before.phase)) count();
    },
    part(names, layer, unit) {
      for (const service of names) {
        rows.set(service, withPart(rowOf(service), layer, unit));
        if (isComplete(layer)) tellParts(service);
        else tellSoon(service);
      }
    },
    phaseOf: (service) => rowOf(service).phase,
    detailOf: (service) => rowOf(service).detail,
    phase(name) {
      current = name;
      count();
    },
  };
}

function isComplete({ done, total }: LayerProgress): boolean {
  return total !== null && done === total;
}

function waiting(service: string, since: number): ServiceProgress {
  return {
    service,
    phase: 'waiting',
    detail: 'Waiting for its turn.',
    done: null,
    total: null,
    unit: null,
    parts: [],
    logTail: [],
    since,
  };
}

/** Steps count themselves in their last part; layers add up. */
function withPart(row: ServiceProgress, part: LayerProgress, unit: 'bytes' | 'steps'): ServiceProgress {
  const before = row.parts.find(({ id }) => id === part.id);
  const layer = unit === 'steps' ? part : sized(part, before);
  const parts = before ? row.parts.map((known) => (known === before ? layer : known)) : [...row.parts, layer];
  const sums = unit === 'steps' ? { done: layer.done, total: layer.total } : summed(parts);
  return { ...row, ...sums, unit, detail: layer.status || row.detail, parts: parts.slice(-PARTS_SHOWN) };
}

/** The engine tells a layer's size only while it moves bytes. */
function sized(layer: LayerProgress, before: LayerProgress | undefined): LayerProgress {
  if (layer.total !== null || !before || before.total === null) return layer;
  return { ...layer, done: isFetched(layer) ? before.total : before.done, total: before.total };
}

/** Unpacking counts the same bytes once more; the sum is of what was fetched. */
function isFetched({ status }: LayerProgress): boolean {
  return /^(Verifying|Download complete|Extracting|Pull complete)/.test(status);
}

function summed(parts: ServiceProgress['parts']): { done: number | null; total: number | null } {
  const counted = parts.filter(({ total }) => total !== null);
  if (counted.length === 0) return { done: null, total: null };
  const add = (values: (number | null)[]): number =>
    values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  return {
    done: add(counted.map((part) => (isFetched(part) ? part.total : part.done))),
    total: add(counted.map(({ total }) => total)),
  };
}
