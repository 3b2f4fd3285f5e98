import { MantineProvider } from '@mantine/core';
import { act, cleanup, fireEvent, render, renderHook, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Plan } from '../../../preload/contract';
import { Orphans, useOrphanChoice } from './orphans';

afterEach(cleanup);

function planWith(...orphans: string[]): Plan {
  const rest = { service: 'old', reason: '', changes: [], after: [], destructive: false };
  const steps = orphans.map((target) => ({
    ...{ id: `remove:${target}`, action: 'keep' as const, target, orphan: true },
    ...rest,
  }));
  return { project: 'shop', changed: false, steps, warnings: [] };
}

describe('containers whose service is no longer in the file', () => {
  it('are counted and named before the tick is set', () => {
    const choose = vi.fn();
    render(
      <MantineProvider env="test">
        <Orphans plan={planWith('shop-old-1', 'shop-job-1')} choice={{ removed: false, choose }} />
      </MantineProvider>,
    );
    const tick = screen.getByLabelText('Remove 2 containers whose service is no longer in the file');
    expect(screen.getByText('shop-old-1, shop-job-1')).toBeTruthy();
    fireEvent.click(tick);
    expect(choose).toHaveBeenCalledWith(true);
  });

  it('are not spoken of when there are none', () => {
    render(
      <MantineProvider env="test">
        <Orphans plan={planWith()} choice={{ removed: false, choose: () => undefined }} />
      </MantineProvider>,
    );
    expect(screen.queryByRole('checkbox')).toBeNull();
  });

  it('are chosen for one stack, never for the next', () => {
    const { result, rerender } = renderHook(({ id }) => useOrphanChoice(id), {
      initialProps: { id: 'shop' },
    });
    act(() => result.current.choose(true));
    expect(result.current.removed).toBe(true);
    rerender({ id: 'other' });
    expect(result.current.removed).toBe(false);
  });
});
