import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { withoutMedia } from '../lib/match-media.fixture';
import { TypedConfirmation } from './typed-confirmation';

withoutMedia();
afterEach(cleanup);

function show(onConfirm: (typed: string) => void) {
  render(
    <MantineProvider env="test">
      <TypedConfirmation
        opened
        title="Remove shop"
        expected="shop"
        action="Remove"
        onConfirm={onConfirm}
        onClose={() => undefined}
      >
        <p>3 containers are removed.</p>
      </TypedConfirmation>
    </MantineProvider>,
  );
  const button = screen.getByRole('button', { name: 'Remove' });
  const field = screen.getByRole('textbox', { name: 'Type shop to confirm' });
  return { button, field, type: (value: string) => fireEvent.change(field, { target: { value } }) };
}

describe('a typed confirmation', () => {
  it('keeps its button shut until the exact name is typed', () => {
    const confirmed = vi.fn();
    const { button, type } = show(confirmed);
    for (const wrong of ['', 'sho', 'Shop', 'shop ', 'shops']) {
      type(wrong);
      expect(button.getAttribute('aria-disabled')).toBe('true');
      fireEvent.click(button);
    }
    type('shop');
    expect(confirmed).not.toHaveBeenCalled();
    expect(button.getAttribute('aria-disabled')).toBe('false');
    fireEvent.click(button);
    expect(confirmed).toHaveBeenCalledExactlyOnceWith('shop');
  });

  it('does not let Enter through with a wrong name', () => {
    const confirmed = vi.fn();
    const { field, type } = show(confirmed);
    type('sh');
    const form = field.closest('form');
    expect(form).not.toBeNull();
    if (form !== null) fireEvent.submit(form);
    expect(confirmed).not.toHaveBeenCalled();
  });

  it('says what goes', () => {
    show(() => undefined);
    expect(screen.getByText('3 containers are removed.')).toBeDefined();
  });
});
