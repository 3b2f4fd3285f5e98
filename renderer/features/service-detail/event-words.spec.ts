import { describe, expect, it } from 'vitest';
import { eventWords } from './event-words';

describe('an event of the engine', () => {
  it.each([
    ['create', 'Created'],
    ['die', 'Ended'],
    ['oom', 'Exceeded its memory limit'],
    ['health_status: unhealthy', 'Health check: unhealthy'],
    ['exec_create: sh -c true', 'exec_create: sh -c true'],
    ['toString', 'toString'],
  ])('%s reads as %s', (action, expected) => {
    expect(eventWords(action)).toBe(expected);
  });
});
