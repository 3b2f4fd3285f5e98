import { describe, expect, it } from 'vitest';
import { destinationFault, dockerCommand, forgetKeyCommand, keyNameOf, sshCommand } from './ssh-words';

describe('a typed destination', () => {
  it.each([
    'root@203.0.113.10',
    'shop',
    'deploy@vps.example.com:2222',
    'root@[2001:db8::1]:22',
    '2001:db8::1',
    'ssh://root@vps/var/run/docker.sock',
    ' shop ',
  ])('%s is taken', (text) => {
    expect(destinationFault(text)).toBeNull();
  });

  it.each([
    ['', 'needed'],
    ['@host', 'user'],
    ['-o@host', 'user'],
    ['root@', 'missing'],
    ['root@host:', 'port'],
    ['root@host:0', 'port'],
    ['root@host:70000', 'port'],
    ['root@ho st', 'blanks'],
    ['root@host;id', 'no host name'],
    ['tcp://host:2375', 'ssh://'],
  ])('%s is refused with a reason', (text, reason) => {
    expect(destinationFault(text)).toContain(reason);
  });
});

describe('commands to copy', () => {
  it.each([
    ['ssh://root@203.0.113.10:2222', 'ssh root@203.0.113.10 -p 2222'],
    ['ssh://shop', 'ssh shop'],
    ['ssh://root@[2001:db8::1]:22', 'ssh root@2001:db8::1 -p 22'],
    ["ssh://it's", "ssh 'it'\\''s'"],
  ])('%s in a shell', (endpoint, command) => {
    expect(sshCommand(endpoint)).toBe(command);
  });

  it('have no shell for a local engine', () => {
    expect(sshCommand('unix:///var/run/docker.sock')).toBeNull();
    expect(dockerCommand('unix:///var/run/docker.sock')).toBe('docker -H unix:///var/run/docker.sock');
  });

  it('quote what a shell would read otherwise', () => {
    expect(dockerCommand('ssh://root@[::1]:22')).toBe("docker -H 'ssh://root@[::1]:22'");
  });

  it.each([
    ['root@shop:22', 'ssh-keygen -R shop -f /root/.ssh/known_hosts'],
    ['root@127.0.0.1:2222', "ssh-keygen -R '[127.0.0.1]:2222' -f /root/.ssh/known_hosts"],
  ])('forget the keys of %s', (machine, command) => {
    expect(forgetKeyCommand(keyNameOf(machine), '/root/.ssh/known_hosts')).toBe(command);
  });
});
