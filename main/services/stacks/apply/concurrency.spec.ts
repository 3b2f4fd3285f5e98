import { EventEmitter, once } from 'node:events';
import { expect, it } from 'vitest';
import { DomainError } from '../../errors';
import { allEnded } from './concurrency';

it('waits for the rest when something fails, then tells of the first failure', async () => {
  const late = new EventEmitter();
  let settled = false;
  const all = allEnded([
    Promise.reject(new Error('first')),
    once(late, 'done'),
    Promise.reject(new Error('last')),
  ]);
  const watched = all.finally(() => {
    settled = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(settled).toBe(false);
  late.emit('done');
  await expect(watched).rejects.toThrow('first');
});

it('tells of a lost link first, whatever failed before it', async () => {
  const data = { host: 'far', hop: 'tcp', detail: 'cut' } as const;
  const lost = new DomainError('HOST_UNREACHABLE', data, 'The link was lost.');
  await expect(allEnded([Promise.reject(new Error('first')), Promise.reject(lost)])).rejects.toBe(lost);
});
