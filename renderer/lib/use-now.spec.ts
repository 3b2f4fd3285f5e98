import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ageTurns, formatAge } from './format';
import { useNow, useOnClock } from './use-now';

const START = new Date(2026, 10, 23, 12, 0, 0).getTime();

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function pass(ms: number) {
  await act(() => vi.advanceTimersByTimeAsync(ms));
}

function ageOf(at: number) {
  const drawn: string[] = [];
  const { unmount } = renderHook(() => {
    const words = useOnClock(
      (now) => formatAge(at, now),
      (now) => ageTurns(at, now),
    );
    drawn.push(words);
  });
  return { drawn, unmount };
}

describe('the clock of all ages', () => {
  it('is drawn anew when the words turn and at no other time', async () => {
    const { drawn, unmount } = ageOf(START - 50_000);
    await pass(71_000);
    expect(drawn).toEqual(['50 s ago', '1 min ago', '2 min ago']);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('wakes for the next turn alone', async () => {
    const looks = vi.fn(() => true);
    const { unmount } = renderHook(() => useOnClock(looks, (now) => (Math.floor(now / 60_000) + 1) * 60_000));
    looks.mockClear();
    await pass(59_000);
    expect(looks).not.toHaveBeenCalled();
    await pass(2_000);
    expect(looks).toHaveBeenCalled();
    unmount();
  });

  it('stands still while the window is hidden and is right when it is shown', async () => {
    const { drawn, unmount } = ageOf(START);
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(vi.getTimerCount()).toBe(0);
    await pass(30_000);
    expect(drawn).toEqual(['just now']);
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(false);
    act(() => void document.dispatchEvent(new Event('visibilitychange')));
    expect(drawn.at(-1)).toBe('30 s ago');
    unmount();
  });

  it('gives whole seconds, one after the other', async () => {
    const { result, unmount } = renderHook(useNow);
    await pass(3_100);
    expect(result.current).toBe(START + 3_000);
    unmount();
  });
});
