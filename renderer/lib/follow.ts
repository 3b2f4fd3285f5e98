/** When a log view sticks to its end and when it lets go. Pure, so that the rule can be tested. */

export interface FollowState {
  following: boolean;
  /** Lines that arrived since the reader let go. */
  unseen: number;
}

export type FollowEvent =
  | { type: 'appended'; count: number }
  | { type: 'scrolled'; fromBottomPx: number; upward: boolean }
  | { type: 'jumped' };

/** Close enough to the end to count as being there: one row. */
export const STICK_WITHIN_PX = 24;

export const followStart: FollowState = { following: true, unseen: 0 };

function afterScroll(state: FollowState, fromBottomPx: number, upward: boolean): FollowState {
  if (fromBottomPx <= STICK_WITHIN_PX) return upward && !state.following ? state : followStart;
  // Content that grows moves the end away without the reader scrolling: only upward motion lets go.
  return upward && state.following ? { following: false, unseen: 0 } : state;
}

export function reduceFollow(state: FollowState, event: FollowEvent): FollowState {
  if (event.type === 'jumped') return followStart;
  if (event.type === 'scrolled') return afterScroll(state, event.fromBottomPx, event.upward);
  if (state.following || event.count === 0) return state;
  return { following: false, unseen: state.unseen + event.count };
}
