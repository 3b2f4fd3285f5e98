import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { withoutMedia } from '../lib/match-media.fixture';
import { ActButton } from './act-button';

withoutMedia();
afterEach(cleanup);

function show() {
  const onClick = vi.fn();
  const tree = (state: { blocked?: string; busy?: boolean }) => (
    <MantineProvider env="test">
      <ActButton onClick={onClick} {...state}>
        Stop
      </ActButton>
    </MantineProvider>
  );
  const { rerender } = render(tree({}));
  const button = screen.getByRole('button', { name: 'Stop' });
  button.focus();
  return { button, onClick, becomes: (state: Parameters<typeof tree>[0]) => rerender(tree(state)) };
}

describe('a button that acts', () => {
  it('keeps its place and the focus while it is blocked, says why, and does nothing', () => {
    const { button, onClick, becomes } = show();
    becomes({ blocked: 'vps is away' });
    expect(document.activeElement).toBe(button);
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect(button.getAttribute('aria-description')).toBe('vps is away');
    fireEvent.click(button);
    expect(onClick).not.toHaveBeenCalled();
    becomes({});
    fireEvent.click(button);
    expect(onClick).toHaveBeenCalledOnce();
  });

  it('keeps its words while it is busy', () => {
    const { button, onClick, becomes } = show();
    becomes({ busy: true });
    fireEvent.click(button);
    expect(onClick).not.toHaveBeenCalled();
    expect(button.textContent).toBe('Stop');
    expect(button.hasAttribute('data-loading')).toBe(false);
  });
});
