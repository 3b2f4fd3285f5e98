import { cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { verdictStateSchema } from '../../preload/contract';
import { StatusLabel, statuses } from './status-glyph';

afterEach(cleanup);

function drawn(status: keyof typeof statuses): { text: string; shape: string } {
  const { container } = render(<StatusLabel status={status} />);
  const found = { text: container.textContent ?? '', shape: container.querySelector('svg')?.innerHTML ?? '' };
  cleanup();
  return found;
}

describe('a status', () => {
  it.each(verdictStateSchema.options)('%s has a word and a shape', (state) => {
    const { text, shape } = drawn(state);
    expect(text.length).toBeGreaterThan(3);
    expect(shape).not.toBe('');
  });

  it('is told apart without colour: every verdict has a word of its own', () => {
    const words = verdictStateSchema.options.map((state) => drawn(state).text);
    expect(new Set(words).size).toBe(words.length);
  });

  it('never uses one bare shape for good and for bad', () => {
    const shapesOf = (tone: string) =>
      verdictStateSchema.options
        .filter((state) => statuses[state].tone === tone)
        .map((state) => drawn(state).shape);
    const good = new Set([...shapesOf('good'), ...shapesOf('calm')]);
    const wrong = [...shapesOf('bad'), ...shapesOf('warn'), ...shapesOf('lie')];
    expect(wrong.filter((shape) => good.has(shape))).toEqual([]);
  });
});
