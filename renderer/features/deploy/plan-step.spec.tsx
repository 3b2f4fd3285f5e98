import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { PlanStep } from '../../../preload/contract';
import { withoutMedia } from '../../lib/match-media.fixture';
import { PlanStepView } from './plan-step';

withoutMedia();
afterEach(cleanup);

function show(count: number) {
  const changes = Array.from({ length: count }, (_, at) => ({ field: `command.${at}`, from: 'a', to: 'b' }));
  const step: PlanStep = {
    ...{ id: 's', action: 'recreate-container', target: 'web', service: 'web', reason: 'It changed.' },
    ...{ changes, after: [], destructive: true },
  };
  render(
    <MantineProvider env="test">
      <ul>
        <PlanStepView step={step} project="shop" />
      </ul>
    </MantineProvider>,
  );
  return () => screen.getAllByText(/^command\.\d+$/).length;
}

describe('the differences of a step', () => {
  it('are all there while they are few', () => {
    expect(show(3)()).toBe(3);
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('show the first few of many, and the rest when asked for', () => {
    const shown = show(8);
    expect(shown()).toBe(3);
    fireEvent.click(screen.getByRole('button', { name: 'and 5 more' }));
    expect(shown()).toBe(8);
    fireEvent.click(screen.getByRole('button', { name: 'Show the first 3' }));
    expect(shown()).toBe(3);
  });
});
