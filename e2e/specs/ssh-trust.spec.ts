/** Who is signed in to, and how: a key nobody knows, a one-time code, and a machine that is no longer the one it was. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { freshHome, type OpenConsole, openConsole, portray } from '../support/console-window';
import {
  addHost,
  checkConnection,
  fingerprintOf,
  hop,
  hostSwitcher,
  question,
} from '../support/hosts-window';
import { type Relay, startRelay } from '../support/relay';
import { createSshHome } from '../support/ssh-home';
import { oneTimeCode, passwordOf, startVps, type Vps } from '../support/vps';

const run = promisify(execFile);
const SET_UP_LIMIT_MS = 600_000;
const UNKNOWN = 'Is this the right machine?';

test.describe.configure({ mode: 'serial' });

const home = freshHome();
const person = createSshHome(home);
let box: Vps;
let relay: Relay;
let machine = '';
let console: OpenConsole;

test.beforeAll(async () => {
  test.setTimeout(SET_UP_LIMIT_MS);
  box = await startVps({ release: 'trixie', engine: 'none', name: 'vps-trust' });
  relay = await startRelay({ to: box });
  machine = `onetime@127.0.0.1:${relay.port}`;
  console = await openConsole(home, person.environment);
});

test.afterAll(async () => {
  await console?.application.close();
  await relay?.[Symbol.asyncDispose]();
  await box?.[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
});

test('connects to no machine whose key was not trusted, and waits until asked again', async () => {
  const { page } = console;
  await addHost(page, machine);
  await page.getByRole('button', { name: 'Show this host' }).click();
  const asked = await question(page, UNKNOWN);
  await asked.getByRole('button', { name: 'Do not connect', exact: true }).click();
  await expect(asked).toBeHidden();
  await expect(hostSwitcher(page, machine)).toContainText('Host key declined');
  await expect(page.getByText('It is not tried again by itself')).toBeVisible();
  await portray(console, 'ssh-not-trusted');
  expect(person.knownHosts()).toBe('');
});

test('signs in with a password and a one-time code, as the server asks for them', async () => {
  const { page } = console;
  await checkConnection(page);
  await (await question(page, UNKNOWN)).getByRole('button', { name: 'Trust this key and go on' }).click();
  const secret = await question(page, 'Password');
  await secret.getByLabel('Password', { exact: true }).fill(passwordOf('onetime'));
  await secret.getByRole('button', { name: 'Sign in' }).click();
  const asked = await question(page, `Sign in to ${machine}`);
  await portray(console, 'ssh-one-time-code');
  await asked.getByLabel('Verification code', { exact: true }).fill(oneTimeCode());
  await asked.getByRole('button', { name: 'Sign in' }).click();
  await expect(hop(page, 'Shell').getByText('Passed')).toBeVisible();
  await expect(hostSwitcher(page, machine)).toContainText('Engine not reached');
  await portray(console, 'ssh-signed-in');
});

test('blocks a machine that shows another key, with both fingerprints and no way to accept it', async () => {
  const { page } = console;
  const before = (await box.hostKeys()).map(fingerprintOf);
  await box.shell('rm /etc/ssh/ssh_host_*; ssh-keygen -A; systemctl restart ssh');
  const after = (await box.hostKeys()).map(fingerprintOf);
  relay.cut();
  await expect(hostSwitcher(page, machine)).toContainText('Host key changed');
  const blocked = page.getByRole('alert').filter({ hasText: 'The connection is blocked.' });
  await expect(blocked).toBeVisible();
  const [shown = '', known = ''] = await blocked.getByText(/^SHA256:/).allTextContents();
  expect(after).toContain(shown);
  expect(before).toContain(known);
  await expect(page.getByRole('button', { name: /trust|accept/i })).toHaveCount(0);
  await portray(console, 'ssh-key-changed');

  // The only way on is the one a person takes at the files.
  const command = await blocked.getByText(/^ssh-keygen -R /).textContent();
  await run('sh', ['-c', command ?? '']);
  await page.getByRole('button', { name: 'Connect again' }).click();
  const asked = await question(page, UNKNOWN);
  await expect(asked.getByText(shown)).toBeVisible();
  await asked.getByRole('button', { name: 'Do not connect', exact: true }).click();
});
