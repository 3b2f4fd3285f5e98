/** The record of one way in, step by step, and the failure of a step with what to do about it. */
import type { HopReport } from '../../../preload/contract';
import { DomainError, isDomainError } from '../../services/errors';

export type Hop = HopReport['hop'];

export interface Finding {
  /** What was found, one sentence. */
  finding: string;
  /** What to do about it; empty when there is nothing. */
  advice: string;
}

const advices = new WeakMap<Error, string>();

/** Gives any failure the advice its hop shows. */
export function advised<E extends DomainError>(error: E, advice: string): E {
  advices.set(error, advice);
  return error;
}

/** HOST_UNREACHABLE with the hop it happened at. */
export function hopFailure(
  hop: string,
  machine: string,
  { finding, advice }: Finding,
  cause?: unknown,
): DomainError<'HOST_UNREACHABLE'> {
  const message = `${machine}: ${[finding, advice].filter(Boolean).join(' ')}`;
  const error = new DomainError('HOST_UNREACHABLE', { host: machine, hop, detail: finding }, message, {
    cause,
  });
  return advised(error, advice);
}

function findingOf(error: unknown): string {
  if (isDomainError(error) && 'detail' in error.data) return error.data.detail;
  return error instanceof Error ? error.message : String(error);
}

export interface HopLog {
  readonly reports: readonly HopReport[];
  /** Runs one step; `work` answers what it found beside its result. A failure is recorded and thrown on. */
  step<T>(hop: Hop, machine: string, work: () => Promise<{ value: T; finding: string }>): Promise<T>;
  skip(hop: Hop, machine: string, finding: string): void;
}

export function createHopLog(now: () => number, onChange: (hop: HopReport) => void): HopLog {
  const reports: HopReport[] = [];

  function put(report: HopReport): void {
    const at = reports.findIndex((one) => one.hop === report.hop && one.machine === report.machine);
    if (at < 0) reports.push(report);
    else reports[at] = report;
    onChange(report);
  }

  return {
    reports,
    async step(hop, machine, work) {
      const begun = now();
      put({ hop, machine, state: 'running', durationMs: null, finding: '', advice: '' });
      const end = (state: 'passed' | 'failed', finding: string, advice: string) =>
        put({ hop, machine, state, durationMs: Math.max(0, now() - begun), finding, advice });
      try {
        const { value, finding } = await work();
        end('passed', finding, '');
        return value;
      } catch (error) {
        end('failed', findingOf(error), (error instanceof Error && advices.get(error)) || '');
        throw error;
      }
    },
    skip: (hop, machine, finding) =>
      put({ hop, machine, state: 'skipped', durationMs: null, finding, advice: '' }),
  };
}
