import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorData, type Failure } from '../../preload/contract';
import { errorWords, explainError, explainFailure } from './errors';

const samples: { [C in ErrorCode]: Record<string, unknown> } = {
  HOST_UNREACHABLE: { host: 'vps', hop: 'TCP', detail: 'connect ETIMEDOUT' },
  HOST_KEY_UNKNOWN: { host: 'vps', keyType: 'ssh-ed25519', fingerprint: 'SHA256:x' },
  HOST_KEY_CHANGED: {
    host: 'vps',
    fingerprint: 'SHA256:x',
    revoked: false,
    known: [{ fingerprint: 'SHA256:y', file: '/home/a/.ssh/known_hosts', line: 3 }],
  },
  AUTH_REQUIRED: { host: 'vps', user: 'root', offered: ['publickey'], tried: [], detail: 'no key fits' },
  ENGINE_UNAVAILABLE: { host: 'default', endpoint: 'unix:///x.sock', detail: 'connect ENOENT' },
  ENGINE_REJECTED: { status: 409, operation: 'create container', detail: 'name in use' },
  NOT_FOUND: { kind: 'service', name: 'wagtail' },
  CONFLICT: { what: 'The name wagtail', detail: 'taken' },
  INVALID_INPUT: { field: 'zoom', detail: 'too large' },
  INVALID_COMPOSE: {
    file: 'compose.yaml',
    line: 3,
    column: 5,
    excerpt: 'imagee',
    detail: 'unknown attribute',
  },
  PREFLIGHT_FAILED: { project: 'sandbox', failed: ['port:5432'] },
  APPLY_LOCKED: { project: 'sandbox', owner: 'owner@laptop', since: 1, stale: true },
  APPLY_FAILED: { project: 'sandbox', failed: ['wagtail'], detail: 'exited with code 1' },
  CONFIRMATION_MISMATCH: { expected: 'sandbox' },
  TIMEOUT: { operation: 'inspect', afterMs: 5000 },
  CANCELLED: { operation: 'apply' },
  INTERNAL: { id: 'E-42' },
};

const codes = Object.keys(errorData).filter((code): code is ErrorCode => Object.hasOwn(samples, code));

describe('the words for failures', () => {
  it('cover every code of the contract', () => {
    expect(Object.keys(errorWords).sort()).toEqual(Object.keys(errorData).sort());
  });

  it.each(codes)('name what failed and what to do next for %s', (code) => {
    expect(errorData[code].safeParse(samples[code]).success).toBe(true);
    const explained = explainFailure({ code, message: '', data: samples[code] });
    expect(explained.code).toBe(code);
    expect(explained.title.length).toBeGreaterThan(8);
    expect(explained.advice.length).toBeGreaterThan(8);
    expect(JSON.stringify(explained)).not.toMatch(/undefined|!|\bwe\b/i);
  });

  it('turn a thrown error of the contract into the same words', () => {
    const error = new ORPCError('NOT_FOUND', { data: samples.NOT_FOUND });
    expect(explainError(error)).toEqual(
      explainFailure({ code: 'NOT_FOUND', message: '', data: samples.NOT_FOUND }),
    );
  });

  it('keep the message of a failure whose data is too old to explain', () => {
    const failure: Failure = { code: 'APPLY_FAILED', message: 'wagtail failed', data: {} };
    expect(explainFailure(failure).title).toBe('wagtail failed');
  });

  it.each([
    'APPLY_LOCKED',
    'NOT_FOUND',
    'ENGINE_REJECTED',
    'PREFLIGHT_FAILED',
    'CONFLICT',
    'APPLY_FAILED',
    'INTERNAL',
  ] as const)('keep the sentence that was written for %s', (code) => {
    const message = 'Nothing was changed. Port 5432 is taken by container db. Stop it first.';
    expect(explainFailure({ code, message, data: samples[code] }).detail).toBe(message);
  });

  it('do not repeat a message that the data says already', () => {
    const failure: Failure = { code: 'CONFLICT', message: 'taken', data: samples.CONFLICT };
    expect(explainFailure(failure).detail).toBe('taken');
    const internal = explainFailure({ code: 'INTERNAL', message: 'Unexpected error', data: { id: 'E-42' } });
    expect(internal.detail).toBe('Log entry E-42');
  });

  it('never show a bare check id', () => {
    const failure: Failure = { code: 'PREFLIGHT_FAILED', message: '', data: samples.PREFLIGHT_FAILED };
    expect(explainFailure(failure).detail).toBe('Failed checks: port 5432');
  });

  it('name three of many failed services', () => {
    const data = { project: 'shop', failed: ['a', 'b', 'c', 'd', 'e'], detail: 'exited' };
    expect(explainFailure({ code: 'APPLY_FAILED', message: '', data }).title).toBe(
      'a, b, c and 2 more failed',
    );
  });

  it('say so when the call itself broke', () => {
    const explained = explainError(new Error('port closed'));
    expect(explained.code).toBe('INTERNAL');
    expect(explained.detail).toBe('port closed');
  });
});
