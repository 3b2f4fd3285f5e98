import type { Check } from '../../../../preload/contract';
import { apiAtLeast } from '../../../words/api-version';
import type { EngineInfo } from '../../hosts/engine';
import { fail, pass } from './check';

const OLDEST_API = '1.41';

const SUBJECT = { id: 'engine', group: 'engine', title: 'Engine and API version' } as const;

/** Engines from 29 on refuse old clients, which is no concern here: the version is negotiated. */
export function judgeEngine(info: EngineInfo): Check {
  const evidence = `Engine ${info.engineVersion}, API ${info.apiVersion}, ${info.operatingSystem}, ${info.architecture}, storage driver ${info.storageDriver}.`;
  if (apiAtLeast(info.apiVersion, OLDEST_API)) return pass(SUBJECT, evidence);
  return fail(
    SUBJECT,
    `${evidence} The oldest supported API is ${OLDEST_API}.`,
    'Update the engine to 20.10 or newer on this host.',
  );
}

export function judgeSilentEngine(endpoint: string, detail: string): Check {
  return fail(
    SUBJECT,
    `The engine at ${endpoint} gave no answer: ${detail}`,
    'Start the engine, or choose another host, then check again.',
  );
}
