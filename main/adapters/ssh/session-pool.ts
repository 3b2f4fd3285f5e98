/**
 * Where the server forwards no sockets each connection to the engine takes a session. When those of the first
 * connection are taken, further connections carry the rest; two sessions stay free for programs.
 */
import type { OpenLink } from './open-link';

const FURTHER_LINKS = 4;
const KEPT_FOR_PROGRAMS = 2;

export interface SessionPool {
  /** A connection with room for one more session; the first one, to wait there, when none has. */
  pick(): Promise<OpenLink>;
}

function hasRoom({ slots }: OpenLink, kept: number): boolean {
  return slots.used + slots.waiting < Math.max(1, slots.limit - kept);
}

export function createSessionPool(
  first: OpenLink,
  openFurther: (() => Promise<OpenLink>) | null,
): SessionPool {
  const further = new Set<OpenLink>();
  let opening: Promise<void> | null = null;

  async function open(make: () => Promise<OpenLink>): Promise<void> {
    const link = await first.orLost(make());
    link.slots.learn(first.slots.limit);
    further.add(link);
    link.onLost(() => further.delete(link));
    first.onLost((failure) => link.lose(failure));
  }

  function withRoom(): OpenLink | undefined {
    if (hasRoom(first, KEPT_FOR_PROGRAMS)) return first;
    return [...further].find((link) => hasRoom(link, 0));
  }

  return {
    async pick() {
      for (;;) {
        const link = withRoom();
        if (link) return link;
        if (openFurther === null || further.size >= FURTHER_LINKS) return first;
        opening ??= open(openFurther).finally(() => {
          opening = null;
        });
        await opening;
      }
    },
  };
}
