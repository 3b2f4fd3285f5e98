import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { withLifeline } from './lifeline';

/** In a group of its own, as a session of an SSH server is: what ends the group must not end the test. */
function start(shell: string, script: string) {
  const child = spawn(shell, [], { detached: true });
  child.stdin.on('error', () => undefined);
  child.stdin.write(withLifeline(script));
  return child;
}

describe.each(['dash', 'bash'])('a script with a lifeline in %s', (shell) => {
  it('says what it says and ends as it ends, while its input stays open', async () => {
    const child = start(shell, 'echo out; echo "a  b" >&2; cat <<X\n$0 \\ $((1+1))\nX\nexit 3');
    const [stdout, stderr] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    expect({ stdout, stderr, code: child.exitCode }).toEqual({
      ...{ stdout: 'out\nsh \\ 2\n', stderr: 'a  b\n', code: 3 },
    });
  });

  it('may be long', async () => {
    const child = start(shell, `${'echo x\n'.repeat(40_000)}`);
    expect((await text(child.stdout)).length).toBe(80_000);
  });

  it('ends with all it started when its input ends', async () => {
    const child = start(shell, `sleep 50.${randomInt(1e9)} & echo $!; trap '' TERM HUP INT; wait`);
    const [said]: unknown[] = await once(child.stdout, 'data');
    const sleeper = Number(String(said));
    expect(process.kill(sleeper, 0)).toBe(true);
    child.stdin.end();
    // Comes when nobody holds its outputs any more: the sleeper did.
    const [, signal]: unknown[] = await once(child, 'close');
    expect(signal).toBe('SIGKILL');
  });
});
