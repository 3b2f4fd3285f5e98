import { act, cleanup, render } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Age, StaleAge, Uptime } from './age';

const START = new Date(2026, 10, 23, 12, 0, 0).getTime();

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  // The one clock of all ages goes on for whoever still reads it.
  cleanup();
  vi.useRealTimers();
});

async function pass(ms: number) {
  await act(() => vi.advanceTimersByTimeAsync(ms));
}

it('turns the minutes of what began shortly after each other together', async () => {
  const { container } = render(
    [0, 2, 4, 6, 8].map((seconds) => <Uptime key={seconds} since={START - 100_000 - seconds * 1000} />),
  );
  const seen = new Set<string>();
  const watch = new MutationObserver(() => seen.add(container.textContent ?? ''));
  watch.observe(container, { subtree: true, characterData: true, childList: true });
  await pass(60_000);
  watch.disconnect();
  expect([...seen]).toEqual(['2 min'.repeat(5)]);
});

it('tells seconds by tens, half a second late, and minutes at most ten seconds late', async () => {
  const { container } = render(<Age at={START - 55_000} />);
  expect(container.textContent).toBe('50 s ago');
  await pass(5_600);
  expect(container.textContent).toBe('1 min ago');
  await pass(70_000);
  expect(container.textContent).toBe('2 min ago');
});

it('is not drawn for an age that is renewed just then', async () => {
  const { container, rerender } = render(<Age at={START} />);
  const seen = new Set<string>();
  const watch = new MutationObserver(() => seen.add(container.textContent ?? ''));
  watch.observe(container, { subtree: true, characterData: true, childList: true });
  await pass(30_200);
  rerender(<Age at={START + 30_000} />);
  await pass(1_000);
  watch.disconnect();
  expect([...seen]).toEqual(['10 s ago', '20 s ago', 'just now']);
});

it('keeps the age of what is renewed every half minute to itself, until it no longer is', async () => {
  const { container } = render(<StaleAge at={START} before="measured " />);
  await pass(44_000);
  expect(container.textContent).toBe('');
  await pass(1_100);
  expect(container.textContent).toBe('measured 40 s ago');
});
