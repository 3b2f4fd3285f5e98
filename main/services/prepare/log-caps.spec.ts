import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capsInPlace, withCaps } from './log-caps';

const CAPPED = { 'log-driver': 'json-file', 'log-opts': { 'max-size': '10m', 'max-file': '3' } };

describe('limits on container logs', () => {
  it.each([
    ['no file', null, CAPPED],
    ['an empty file', ' \n', CAPPED],
    ['other settings', '{"debug":true}', { debug: true, ...CAPPED }],
    [
      'options of its own',
      '{"log-opts":{"compress":"true","max-file":"9"}}',
      { ...CAPPED, 'log-opts': { compress: 'true', 'max-size': '10m', 'max-file': '9' } },
    ],
    ['a limit that is none', '{"log-opts":{"max-size":"-1"}}', CAPPED],
  ])('are added to %s', (_what, config, expected) => {
    expect(capsInPlace(config)).toBe(false);
    expect(JSON.parse(withCaps(config) ?? '')).toEqual(expected);
  });

  it.each([
    '{"log-opts":{"max-size":"50m"}}',
    '{"log-driver":"local"}',
    '{"log-driver":"journald"}',
    '{"log-driver":"gcplogs"}',
  ])('are in place with %s', (config) => {
    expect(capsInPlace(config)).toBe(true);
  });

  it.each(['{', '[]', 'null', '"text"', '{"log-opts":{"max-file":3}}'])('leave %s alone', (config) => {
    expect(capsInPlace(config)).toBe(false);
    expect(withCaps(config)).toBeNull();
  });

  it('keep every other setting and are in place afterwards, whatever the settings', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.stringMatching(/^[a-z-]+$/),
          fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string())),
        ),
        (settings) => {
          const { 'log-driver': _, 'log-opts': __, ...others } = settings;
          const capped = withCaps(JSON.stringify(others)) ?? '';
          expect(capsInPlace(capped)).toBe(true);
          expect(JSON.parse(capped)).toEqual({ ...JSON.parse(JSON.stringify(others)), ...CAPPED });
          expect(JSON.parse(withCaps(capped) ?? '')).toEqual(JSON.parse(capped));
        },
      ),
    );
  });
});
