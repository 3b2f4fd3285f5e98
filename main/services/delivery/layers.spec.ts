import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missingLayers, sharedDepth } from './layers';

const layer = fc.constantFrom('a', 'b', 'c', 'd');
const chain = fc.array(layer, { maxLength: 6 });

describe('missingLayers', () => {
  it('keeps what lies above the deepest chain the host has', () => {
    const known = [['a'], ['a', 'b', 'x'], ['b', 'c']];
    expect(missingLayers(['a', 'b', 'c'], known)).toEqual(['c']);
    expect(missingLayers(['c', 'a'], known)).toEqual(['c', 'a']);
    expect(missingLayers(['a', 'b'], known)).toEqual([]);
  });

  it('sends a layer that comes twice above it once', () => {
    expect(missingLayers(['a', 'e', 'b', 'e'], [['a']])).toEqual(['e', 'b']);
  });

  it('leaves out exactly a chain that some image has', () => {
    fc.assert(
      fc.property(chain, fc.array(chain, { maxLength: 5 }), (image, known) => {
        const depth = sharedDepth(image, known);
        const has = (length: number) =>
          length === 0 || known.some((other) => image.slice(0, length).every((one, at) => other[at] === one));
        expect(has(depth)).toBe(true);
        expect(depth < image.length && has(depth + 1)).toBe(false);
        expect(new Set(missingLayers(image, known))).toEqual(new Set(image.slice(depth)));
      }),
    );
  });
});
