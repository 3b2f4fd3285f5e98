import { describe, expect, it } from 'vitest';
import { createNotifier } from '../../../streams/notifier';
import { DomainError } from '../../errors';
import type { HostSession } from '../../hosts/host-session';
import { type Endurance, enduring, RETURN_LIMITS } from './endure';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const cut = new DomainError(
  'HOST_UNREACHABLE',
  { host: 'box', hop: 'link', detail: 'cut' },
  'box: The connection was cut.',
);

function endurance(session: Pick<HostSession, 'link' | 'endpoint'>) {
  const notes: string[] = [];
  const given: Endurance = {
    // Nothing else of a session is asked here.
    ...{ session: session as HostSession, log: quiet, now: () => 0, limits: RETURN_LIMITS },
    ...{ signal: new AbortController().signal, tell: () => undefined, stillHeld: async () => undefined },
    note: (state, detail) => void notes.push(`${state}: ${detail}`),
    soFar: () => 'Up: db. Not up yet: web.',
    goOn: () => 'continue the apply',
  };
  return { given, notes };
}

describe('waiting that itself fails', () => {
  it('is told with what failed, where, why, what is done and what to do next', async () => {
    const link = {
      changes: createNotifier(),
      report: () => {
        throw new TypeError('the report is broken');
      },
    };
    const { given, notes } = endurance({ endpoint: 'ssh://root@box', link });
    const failure = await enduring(given, () => Promise.reject(cut)).catch((error: unknown) => error);
    const message =
      'Waiting for root@box ended for an unexpected reason: the report is broken. Before that: box: The connection was cut. Up: db. Not up yet: web. Check the network and the machine, then continue the apply.';
    expect(failure).toMatchObject({ code: 'HOST_UNREACHABLE', data: cut.data, message });
    expect(notes.at(-1)).toBe(`given-up: ${message}`);
  });
});
