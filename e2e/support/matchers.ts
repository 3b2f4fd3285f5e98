/** Vitest's own asymmetric matchers are `any`; these keep the expectations typed. */
import { expect } from 'vitest';

export const containing = (text: string): unknown => expect.stringContaining(text);
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const including = (items: unknown[]): unknown => expect.arrayContaining(items);
