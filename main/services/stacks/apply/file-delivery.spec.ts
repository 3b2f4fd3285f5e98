import { describe, expect, it } from 'vitest';
import type { ComposeService } from '../compose-file/model';
import { sampleService } from '../compose-file/sample';
import { refuseHidden } from './file-delivery';

const key = { secrets: [{ source: 'key', target: '/run/secrets/key' }] };

describe('a secret that the container would never see', () => {
  it.each<[string, Partial<ComposeService>, RegExp]>([
    ['below a tmpfs', { ...key, tmpfs: ['/run:size=1m'] }, /secret key .* tmpfs at \/run hides\. Give/],
    [
      'below a tmpfs in the long form',
      { ...key, volumes: [{ type: 'tmpfs', target: '/run/secrets' }] },
      /the tmpfs at \/run\/secrets hides/,
    ],
    ['in a read-only container', { ...key, read_only: true }, /the container is read-only\. Mount/],
    [
      'as a config',
      { configs: [{ source: 'site', target: '/etc/site' }], read_only: true },
      /config site can't be put at \/etc\/site/,
    ],
  ])('is refused with what to do: %s', (_, sketch, words) => {
    expect(() => refuseHidden(sampleService('web', sketch))).toThrow(words);
  });

  it.each<[string, Partial<ComposeService>]>([
    ['beside a tmpfs', { ...key, tmpfs: ['/run/lock', '/tmp'] }],
    ['where there is none', { read_only: true, tmpfs: ['/run'] }],
  ])('is none %s', (_, sketch) => {
    expect(() => refuseHidden(sampleService('web', sketch))).not.toThrow();
  });
});
