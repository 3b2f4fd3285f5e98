import { describe, expect, it } from 'vitest';
import type { Attention } from '../../../preload/contract';
import { findingWords, inOrder } from './attention';

function finding(id: string, severity: Attention['severity'], since: number): Attention {
  return { id, service: null, severity, sentence: `${id}.`, since, actions: [] };
}

describe('the findings of Overview', () => {
  it('stand worst first, then longest standing, however the deltas brought them', () => {
    const items = [
      finding('w-old', 'warning', 1),
      finding('c-new', 'critical', 9),
      finding('w-new', 'warning', 5),
      finding('c-old', 'critical', 3),
    ];
    const wanted = ['c-old', 'c-new', 'w-old', 'w-new'];
    expect(inOrder(items).map((item) => item.id)).toEqual(wanted);
    expect(inOrder([...items].reverse()).map((item) => item.id)).toEqual(wanted);
  });

  it('are counted by severity', () => {
    const critical = finding('a', 'critical', 1);
    const warning = finding('b', 'warning', 1);
    expect(findingWords([critical])).toBe('1 critical');
    expect(findingWords([warning, warning])).toBe('2 warnings; worst first, then longest standing');
    expect(findingWords([critical, warning])).toMatch(/^1 critical, 1 warning;/);
  });
});
