import { describe, expect, it } from 'vitest';
import { confirmAfterMs, PUBLISH_AFTER_MS, showUsageAfterMs } from './pace';

describe('what is as well as it was', () => {
  it('shows within two seconds to somebody who is there', () => {
    expect(confirmAfterMs({ held: true, attended: true, calm: true })).toBe(2000);
    expect(confirmAfterMs({ held: true, attended: true, calm: false })).toBe(2000);
  });

  it.each([
    ['the window is left alone', { held: true, attended: false }],
    ['the rows are not on show', { held: false, attended: true }],
  ])('takes its time while %s, and more while there is nothing to tell', (_, audience) => {
    expect(confirmAfterMs({ ...audience, calm: false })).toBe(10_000);
    expect(confirmAfterMs({ ...audience, calm: true })).toBe(30_000);
  });
});

it('shows usage at once to somebody, else with the probes of its beat', () => {
  expect(showUsageAfterMs({ attended: true })).toBe(PUBLISH_AFTER_MS);
  expect(showUsageAfterMs({ attended: false })).toBe(2000);
});
