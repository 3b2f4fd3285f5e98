/** What the record of a step says of the connection meanwhile: when it was lost, and when it was there again. */
import type { PrepareRun } from '../../../preload/contract';
import type { SshSession } from '../hosts/ssh/face';

type LinkLine = NonNullable<PrepareRun['link']>[number];

interface LinkLinesDeps {
  session: () => Promise<Pick<SshSession, 'link'>>;
  now: () => number;
  note: (line: LinkLine) => void;
}

export interface LinkLines {
  /** At each failed try; only the first of a loss is noted. */
  lost(reason: string): void;
  /** The step's end was heard, so that the connection is there. */
  heard(): void;
  /** Nothing is noted any more. */
  end(): void;
}

export function createLinkLines({ session, now, note }: LinkLinesDeps): LinkLines {
  const ended = new AbortController();
  let lostAt: number | null = null;

  function back(): void {
    if (lostAt === null || ended.signal.aborted) return;
    const at = now();
    note({
      at,
      state: 'back',
      detail: `The connection is back after ${Math.round((at - lostAt) / 1000)} s.`,
    });
    lostAt = null;
  }

  async function untilOpen(): Promise<void> {
    const { link } = await session();
    for (;;) {
      const seen = link.changes.version;
      if (link.report().state === 'open') return;
      await link.changes.changed(seen, ended.signal);
    }
  }

  return {
    lost(reason) {
      if (lostAt !== null) return;
      lostAt = now();
      note({
        at: lostAt,
        state: 'lost',
        detail: `The connection was lost; the step goes on there. ${reason}`,
      });
      untilOpen().then(back, () => undefined);
    },
    heard: back,
    end: () => ended.abort(),
  };
}
