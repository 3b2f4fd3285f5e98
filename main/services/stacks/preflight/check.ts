import type { Check } from '../../../../preload/contract';

/** What a check is about, before it is judged. */
export type Subject = Pick<Check, 'id' | 'group' | 'title'> & { services?: string[] };

export function pass(subject: Subject, evidence: string): Check {
  return { services: [], ...subject, result: 'pass', evidence, advice: null };
}

export function warn(subject: Subject, evidence: string, advice: string): Check {
  return { services: [], ...subject, result: 'warn', evidence, advice };
}

export function fail(subject: Subject, evidence: string, advice: string): Check {
  return { services: [], ...subject, result: 'fail', evidence, advice };
}

const ORDER = { pass: 0, warn: 1, fail: 2 } as const;

export function worst(checks: Check[]): Check['result'] {
  return checks.reduce<Check['result']>(
    (result, check) => (ORDER[check.result] > ORDER[result] ? check.result : result),
    'pass',
  );
}
