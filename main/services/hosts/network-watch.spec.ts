import type { NetworkInterfaceInfo } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createNotifier } from '../../streams/notifier';
import { ownAddresses, watchNetwork } from './network-watch';

function address(text: string, internal = false): NetworkInterfaceInfo[] {
  return [{ address: text, netmask: '', family: 'IPv4', mac: '', internal, cidr: null }];
}

const home = { lo: address('127.0.0.1', true), wlan0: address('192.168.1.5') };

afterEach(() => {
  vi.useRealTimers();
});

describe('the network of this machine', () => {
  it('is the addresses that reach others, not those of containers', () => {
    const interfaces = { ...home, docker0: address('172.17.0.1'), veth12: address('169.254.1.1') };
    expect([...ownAddresses(interfaces)]).toEqual(['192.168.1.5']);
  });

  it('tells what is lost and what is gained, and nothing of what stays', async () => {
    const looks = [
      home,
      { ...home, 'br-1': address('172.18.0.1') },
      { ...home, eth0: address('10.0.0.9') },
      { ...home },
      { lo: home.lo, wlan0: address('10.9.9.9') },
      { lo: home.lo, wlan0: address('10.9.9.9') },
    ];
    const ended = new AbortController();
    const heard: string[] = [];
    const read = () => {
      const next = looks.shift();
      if (looks.length === 0) ended.abort();
      return next ?? {};
    };
    const onLost = (gone: ReadonlySet<string>) =>
      heard.push(`lost ${[...gone].join()}, ${looks.length} to go`);
    const onGained = () => heard.push(`gained, ${looks.length} to go`);
    const watch = { read, concerned: () => true, concerns: createNotifier(), onLost, onGained };
    await watchNetwork(watch, ended.signal, 1);
    expect(heard).toEqual(['gained, 3 to go', 'lost 10.0.0.9, 2 to go', 'lost 192.168.1.5, 1 to go']);
  });

  it('is not looked at while nothing goes through it, and what changed meanwhile is no loss', async () => {
    const concerned = [true, false, false, true, true];
    const looks = [home, { lo: home.lo, wlan0: address('10.9.9.9') }, { lo: home.lo }];
    const ended = new AbortController();
    const heard: string[] = [];
    const read = () => {
      const next = looks.shift();
      if (looks.length === 0) ended.abort();
      return next ?? {};
    };
    const concerns = createNotifier();
    const isConcerned = () => {
      concerns.notify();
      return concerned.shift() ?? true;
    };
    const onLost = () => heard.push(`lost, ${looks.length} to go`);
    const onGained = () => heard.push('gained');
    await watchNetwork({ read, concerned: isConcerned, concerns, onLost, onGained }, ended.signal, 1);
    expect(heard).toEqual(['lost, 0 to go']);
  });

  it('wakes nobody until something goes through it', async () => {
    vi.useFakeTimers();
    const concerns = createNotifier();
    const ended = new AbortController();
    const read = vi.fn(() => home);
    let remote = false;
    const nothing = () => undefined;
    const watch = { read, concerned: () => remote, concerns, onLost: nothing, onGained: nothing };
    const watching = watchNetwork(watch, ended.signal);
    expect(vi.getTimerCount()).toBe(0);
    remote = true;
    concerns.notify();
    await vi.advanceTimersByTimeAsync(2_100);
    expect(read).toHaveBeenCalledTimes(2);
    ended.abort();
    await watching;
    expect(vi.getTimerCount()).toBe(0);
  });
});
