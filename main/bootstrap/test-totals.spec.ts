import { describe, expect, it } from 'vitest';
import { chooseStages, testStages } from './test-stages.mjs';
import { totalsOf } from './test-totals.mjs';

describe('totals', () => {
  it('of vitest count a skipped test as failed', () => {
    const report = {
      success: true,
      numPassedTests: 5,
      numFailedTests: 1,
      numPendingTests: 1,
      numTodoTests: 0,
    };
    expect(totalsOf(report)).toEqual({ passed: 5, failed: 2 });
  });

  it('of vitest count a file that could not be loaded', () => {
    const report = { success: false, numPassedTests: 5, numFailedTests: 0, numFailedTestSuites: 2 };
    expect(totalsOf(report)).toEqual({ passed: 5, failed: 2 });
  });

  it('of Playwright count a flaky test as failed', () => {
    const report = { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 0 } };
    expect(totalsOf(report)).toEqual({ passed: 4, failed: 2 });
  });

  it.each([[null], ['text'], [{}]])('of %j are unknown', (report) => expect(totalsOf(report)).toBeNull());
});

describe('stages', () => {
  it('are all run unless named', () =>
    expect(chooseStages(testStages(), [])).toHaveLength(testStages().length));
  it('are run in their own order', () => {
    const names = chooseStages(testStages(), ['unit', 'build']).map((stage) => stage.name);
    expect(names).toEqual(['build', 'unit']);
  });
  it('reject a name that none has', () => {
    expect(() => chooseStages(testStages(), ['units'])).toThrow('No such stage: units');
  });
});
