import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FollowEvent, followStart, reduceFollow, STICK_WITHIN_PX } from './follow';

const away = { type: 'scrolled', fromBottomPx: 400, upward: true } as const;

function replay(...events: FollowEvent[]) {
  return events.reduce(reduceFollow, followStart);
}

describe('following a log', () => {
  it('sticks to the end while lines arrive', () => {
    expect(replay({ type: 'appended', count: 500 })).toEqual({ following: true, unseen: 0 });
  });

  it('lets go when the reader scrolls up, then counts what arrives', () => {
    const state = replay(away, { type: 'appended', count: 3 }, { type: 'appended', count: 4 });
    expect(state).toEqual({ following: false, unseen: 7 });
  });

  it('does not let go because the content grew', () => {
    expect(replay({ type: 'scrolled', fromBottomPx: 900, upward: false }).following).toBe(true);
  });

  it('takes hold again at the end', () => {
    expect(
      replay(away, { type: 'appended', count: 3 }, { type: 'scrolled', fromBottomPx: 0, upward: false }),
    ).toEqual(followStart);
  });

  it('takes hold again on a jump', () => {
    expect(replay(away, { type: 'appended', count: 3 }, { type: 'jumped' })).toEqual(followStart);
  });

  it('counts nothing while it follows, whatever happens', () => {
    const event = fc.oneof(
      fc.record({ type: fc.constant('appended' as const), count: fc.nat(1000) }),
      fc.record({
        type: fc.constant('scrolled' as const),
        fromBottomPx: fc.nat(STICK_WITHIN_PX * 40),
        upward: fc.boolean(),
      }),
      fc.constant({ type: 'jumped' as const }),
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const state = replay(...events);
        expect(state.unseen === 0 || !state.following).toBe(true);
      }),
    );
  });
});
