import { describe, expect, it } from 'vitest';
import { MASK } from '../secrets/face';
import { redact } from './redact';

describe('what a service says of itself', () => {
  it.each([
    ['{"status":"ok","db_password":"hunter2","n":1}', `{"status":"ok","db_password":"${MASK}","n":1}`],
    ['{"apiKey" : "a\\"b", "port": "80"}', `{"apiKey" : "${MASK}", "port": "80"}`],
    ['cut short: {"token":"abc', `cut short: {"token":"${MASK}"`],
    ['connect postgres://app:p@ss@db/x failed', `connect postgres://app:${MASK}@db/x failed`],
    ['JWT_SECRET=abc PORT=80', `JWT_SECRET=${MASK} PORT=80`],
    ['one\u0007\ntwo', 'one two'],
  ])('%s', (body, shown) => expect(redact(body)).toBe(shown));
});
