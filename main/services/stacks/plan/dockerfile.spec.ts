import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dockerfileBases } from './dockerfile';

describe('dockerfileBases', () => {
  it.each<[string, string, Record<string, string | null>, string[]]>([
    ['one base', 'FROM debian:trixie-slim\nRUN true', {}, ['debian:trixie-slim']],
    ['lower case, options and a stage name', 'from --platform=linux/amd64 node:22 as build', {}, ['node:22']],
    ['a stage used again', 'FROM a AS one\nFROM one\nFROM ONE AS two', {}, ['a']],
    ['scratch', 'FROM scratch', {}, []],
    ['an argument with a default', `ARG BASE="debian:12"\nFROM \${BASE}`, {}, ['debian:12']],
    ['an argument given', 'ARG BASE=debian:12\nFROM $BASE', { BASE: 'debian:13' }, ['debian:13']],
    ['an argument inside a name', `ARG TAG=1\nFROM base:\${TAG}-slim`, {}, ['base:1-slim']],
    ['a fallback', `ARG TAG\nFROM base:\${TAG:-9}`, {}, ['base:9']],
    [
      'copies from stages, numbers and images',
      'FROM a AS s\nCOPY --from=s x y\nCOPY --from=0 x y\nCOPY --from=tool:2 x y',
      {},
      ['a', 'tool:2'],
    ],
    ['comments and continuations', '# FROM no\nFROM \\\n  # inside\n  real:1', {}, ['real:1']],
  ])('%s', (_title, text, args, bases) => {
    expect(dockerfileBases(text, args)).toEqual({ bases, unresolved: [] });
  });

  it('tells names it cannot resolve', () => {
    expect(dockerfileBases('ARG BASE\nFROM $BASE', {})).toEqual({ bases: [], unresolved: ['$BASE'] });
  });

  it('tells a file without any FROM', () => expect(dockerfileBases('RUN true', {})).toBeNull());

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        dockerfileBases(text, {});
      }),
    );
  });
});
