import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SshSession } from '../../main/services/hosts/ssh/face';
import { containing } from '../support/matchers';
import { startSshAgent } from '../support/ssh-agent';
import { failing, openSshSession, sshTarget } from '../support/ssh-session';
import { createKey, type Sshd, startSshd } from '../support/sshd';

describe('signing in', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd({ maxAuthTries: 3 });
  });
  afterAll(() => sshd[Symbol.asyncDispose]());

  const signedIn = (session: SshSession) =>
    session.link.report().hops.find(({ hop }) => hop === 'sign-in')?.finding;

  it('names what was tried and what the server offers when no key fits', async () => {
    const wrong = await createKey(`${sshd.directory}/wrong`);
    const { failure } = await failing(sshTarget(sshd, { identityFiles: [wrong.path, '/nonexistent/key'] }));
    expect(failure).toMatchObject({
      code: 'AUTH_REQUIRED',
      data: { user: 'root', offered: ['publickey'], tried: [`key ${wrong.path}`] },
      message: containing('refused the sign-in'),
    });
  });

  it('says what to do after too many authentication failures', async () => {
    const identityFiles = await Promise.all(
      [1, 2, 3, 4].map(async (index) => (await createKey(`${sshd.directory}/many-${index}`)).path),
    );
    const { failure } = await failing(sshTarget(sshd, { identityFiles }));
    expect(failure).toMatchObject({
      code: 'HOST_UNREACHABLE',
      data: { hop: 'sign-in', detail: containing('too many authentication failures') },
      message: containing('IdentitiesOnly yes'),
    });
  });

  it('offers the keys of an agent, and nothing else of it with IdentitiesOnly', async () => {
    const other = await createKey(`${sshd.directory}/other`);
    const right = await sshd.addKey();
    await using agent = await startSshAgent([other.path, right.path]);
    const target = sshTarget(sshd, { agent: agent.path });
    const expected = `Signed in with agent key ssh-ed25519 ${right.fingerprint} (console-test).`;
    for (const change of [
      {},
      { identityFiles: [right.path] },
      { identityFiles: [right.path], identitiesOnly: true },
    ]) {
      await using session = openSshSession({ ...target, ...change });
      await session.run('true', []);
      expect(signedIn(session)).toBe(expected);
    }
    const { failure } = await failing({ ...target, identityFiles: [other.path], identitiesOnly: true });
    expect(failure).toMatchObject({
      code: 'AUTH_REQUIRED',
      data: { tried: [containing(other.fingerprint)] },
    });
    const gone = await failing({ ...target, agent: '/nonexistent/agent' });
    expect(gone.failure).toMatchObject({
      code: 'AUTH_REQUIRED',
      data: { detail: containing('The agent at /nonexistent/agent could not be used') },
    });
  });

  it('offers the keys of several agents, and says which one held the key', async () => {
    const [first, second] = [await createKey(`${sshd.directory}/first`), await sshd.addKey()];
    await using agent = await startSshAgent([first.path]);
    await using pageant = await startSshAgent([first.path, second.path], 'pageant.me.0a1b');
    const target = sshTarget(sshd, { agent: agent.path, furtherAgents: [pageant.path] });
    await using session = openSshSession(target);
    await session.run('true', []);
    expect(signedIn(session)).toBe(
      `Signed in with Pageant key ssh-ed25519 ${second.fingerprint} (console-test).`,
    );
    const twice = await failing({ ...target, furtherAgents: [agent.path] });
    expect(twice.failure).toMatchObject({ data: { tried: [containing(first.fingerprint)] } });
  });

  it('goes on after a key that is only a part of the sign-in', async () => {
    await using two = await startSshd({ lines: ['AuthenticationMethods publickey,publickey'] });
    const [first, second] = [await two.addKey(), await two.addKey()];
    await using agent = await startSshAgent([first.path]);
    await using session = openSshSession(sshTarget(two, { agent: agent.path, identityFiles: [second.path] }));
    await session.run('true', []);
    expect(signedIn(session)).toBe(`Signed in with key ${second.path}.`);
  });
});
