import { describe, expect, it } from 'vitest';
import { logCommand } from './toolbar';

const commands = (...list: string[]) => ({
  sections: [],
  commands: list.map((command) => ({ title: command, command })),
});

describe('the command behind the log', () => {
  it('is main’s own, with the engine it was made for', () => {
    const follow = 'docker --host unix:///run/user/1000/docker.sock logs --follow --tail 500 shop-web-1';
    expect(logCommand(commands('docker inspect shop-web-1', follow))).toBe(follow);
  });

  it('is not offered before it is known', () => {
    expect(logCommand(undefined)).toBeNull();
    expect(logCommand(commands('docker restart shop-web-1'))).toBeNull();
  });
});
