import { beforeAll, vi } from 'vitest';

/** The UI kit asks for the colour scheme; the document of the specs knows none. */
export function withoutMedia() {
  beforeAll(() => {
    vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
  });
}
