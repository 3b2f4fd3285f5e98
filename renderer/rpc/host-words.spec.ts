import { describe, expect, it } from 'vitest';
import type { Failure, HopReport, Host } from '../../preload/contract';
import { bareFinding, hopMachines } from './hop-lines';
import { hostState, stuckWords, waitsForPerson } from './host-words';

const channels = { engine: 0, engineIdle: 0, programs: 0, forwards: 0, bulk: 0 };

function hop(name: HopReport['hop'], state: HopReport['state'], machine = 'root@vps:22'): HopReport {
  return { hop: name, machine, state, durationMs: 1, finding: '', advice: '' };
}

function link(...hops: HopReport[]): Host['link'] {
  const counts = {
    transport: null,
    handshakes: 0,
    channels,
    roundTripMs: null,
    sentBytes: 0,
    receivedBytes: 0,
  };
  return { state: 'closed', since: 1, hops, ...counts };
}

function unreachable(code: Failure['code'], lastSeenAt: number | null = null): Host['connection'] {
  const failure = { code, message: '', data: {} };
  return { state: 'unreachable', since: 1, failure, lastSeenAt, nextAttemptAt: null };
}

describe('the state of a host over SSH', () => {
  it('names what only a person can end', () => {
    const blocked = { link: link(hop('host-key', 'failed')), connection: unreachable('HOST_KEY_CHANGED') };
    expect(hostState(blocked).word).toBe('Host key changed');
    expect(waitsForPerson(blocked)).toBe(true);
    expect(stuckWords(blocked)).toBe('');
  });

  it('tells a lost link from a host that never answered', () => {
    const down = link(hop('name', 'passed'), hop('tcp', 'failed'));
    const code = 'HOST_UNREACHABLE';
    expect(hostState({ link: down, connection: unreachable(code, 5) }).word).toBe('Link lost');
    expect(hostState({ link: down, connection: unreachable(code) }).word).toBe('Unreachable');
    expect(stuckWords({ link: down, connection: unreachable(code) })).toBe('stuck at TCP');
  });

  it('says where it is while it connects', () => {
    const connection: Host['connection'] = { state: 'connecting', since: 1 };
    expect(stuckWords({ link: link(hop('tcp', 'passed'), hop('sign-in', 'running')), connection })).toBe(
      'at sign-in',
    );
  });

  it('says that a machine without an engine was reached', () => {
    const bare = {
      link: link(hop('shell', 'passed'), hop('socket', 'failed')),
      connection: unreachable('ENGINE_UNAVAILABLE'),
    };
    expect(hostState(bare).word).toBe('Engine not reached');
  });

  it('of a local engine is the connection alone', () => {
    expect(hostState({ link: null, connection: unreachable('CANCELLED') }).word).toBe('Unreachable');
  });
});

describe('the way to an engine', () => {
  it('has all its eight steps from the start', () => {
    const [machine] = hopMachines([]);
    expect(machine?.lines.map(({ state }) => state)).toEqual(Array(8).fill('untried'));
  });

  it('leads through the jump hosts in their order, with only the steps those have', () => {
    const jump = hop('tcp', 'passed', 'root@jump:22');
    const machines = hopMachines([jump, hop('tcp', 'running')]);
    expect(machines.map(({ machine, lines }) => [machine, lines.length])).toEqual([
      ['root@jump:22', 1],
      ['root@vps:22', 8],
    ]);
  });

  it('says neither the machine nor the advice twice', () => {
    const told = {
      machine: 'root@vps:22',
      finding: 'root@vps:22: No engine. Prepare it.',
      advice: 'Prepare it.',
    };
    expect(bareFinding(told)).toBe('No engine.');
    expect(bareFinding({ ...told, finding: 'Refused.', advice: '' })).toBe('Refused.');
  });
});
