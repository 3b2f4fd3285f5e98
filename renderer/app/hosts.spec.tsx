import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Forward } from '../../preload/contract';
import { withoutMedia } from '../lib/match-media.fixture';
import { hostPath } from '../lib/routes';
import { awayVps, hop, localHost, MACHINE, VPS_ID, vps } from '../rpc/samples.fixture';
import { showHosts } from './hosts.fixture';

withoutMedia();
afterEach(cleanup);

const forward: Forward = {
  id: 'f',
  hostId: VPS_ID,
  target: { kind: 'service', stackId: 'shop', service: 'web', port: 80 },
  localPort: 8080,
  url: 'http://127.0.0.1:8080',
  openedAt: 1,
  connections: 0,
  failure: null,
};

describe('a forwarded port', () => {
  const failure = {
    code: 'HOST_UNREACHABLE' as const,
    message: '',
    data: { host: VPS_ID, hop: 'tcp', detail: '' },
  };

  it('is not called bound alone while its host is away', async () => {
    showHosts(hostPath(VPS_ID), { host: awayVps(failure, []), forwards: [forward] });
    await screen.findByText('Bound, waits for the host');
    expect(screen.queryByText('Bound')).toBeNull();
  });

  it('tells why its last connection failed beside how it is', async () => {
    showHosts(hostPath(VPS_ID), {
      host: { ...vps, connection: localHost.connection },
      forwards: [{ ...forward, failure: 'web does not run' }],
    });
    await screen.findByText('Last connection failed');
    expect(screen.getByText(/last connection failed: web does not run/).textContent).toContain(
      '0 connections open',
    );
  });
});

describe('a host over SSH', () => {
  it('is probed on request, the failed step with its finding and advice', async () => {
    showHosts(hostPath(VPS_ID));
    fireEvent.click(await screen.findByRole('button', { name: 'Check connection' }));
    const steps = await screen.findByRole('list', { name: `Steps of the way to ${MACHINE}` });
    const failed = within(steps).getByText('Failed').closest('li');
    expect(failed?.textContent).toContain('TCP');
    expect(failed?.textContent).toContain('Check the port.');
    expect(within(steps).getAllByText('Not reached')).toHaveLength(6);
  });

  it('with a changed key shows both fingerprints and no way to accept the new one', async () => {
    const known = [{ fingerprint: 'SHA256:old', file: '/root/.ssh/known_hosts', line: 7 }];
    const data = { host: VPS_ID, name: 'shop-alias', fingerprint: 'SHA256:new', revoked: false, known };
    showHosts(hostPath(VPS_ID), {
      host: awayVps({ code: 'HOST_KEY_CHANGED', message: '', data }, [hop('host-key', 'failed')]),
    });
    const alert = await screen.findByRole('alert');
    for (const words of ['SHA256:old', 'SHA256:new', '/root/.ssh/known_hosts:7', 'ssh-keygen -R shop-alias'])
      expect(alert.textContent).toContain(words);
    expect(screen.queryByRole('button', { name: /trust|accept/i })).toBeNull();
  });

  it('with a changed key on a line for many names the line to edit, and no command that removes it', async () => {
    const places = [
      { fingerprint: 'SHA256:old', file: '/root/.ssh/known_hosts', line: 7, patterns: '*.example' },
      { fingerprint: 'SHA256:old', file: '/etc/ssh/ssh_known_hosts', line: 2 },
    ];
    const data = { host: VPS_ID, name: 'shop.example', fingerprint: 'SHA256:new', revoked: false };
    const failure = { code: 'HOST_KEY_CHANGED' as const, message: '', data: { ...data, known: places } };
    showHosts(hostPath(VPS_ID), { host: awayVps(failure, [hop('host-key', 'failed')]) });
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('Line 7 of /root/.ssh/known_hosts is for other machines too.');
    expect(alert.textContent).toContain('Add ,!shop.example to its names, *.example.');
    expect(within(alert).getAllByText(/^ssh-keygen -R/)).toHaveLength(1);
    expect(alert.textContent).toContain('ssh-keygen -R shop.example -f /etc/ssh/ssh_known_hosts');
  });

  it('whose key was declined says who said no, what was not sent, and how to go on', async () => {
    const declined = { question: 'host-key', machine: MACHINE };
    const failure = { code: 'CANCELLED' as const, message: '', data: { operation: 'The sign-in', declined } };
    showHosts(hostPath(VPS_ID), { host: awayVps(failure, [hop('host-key', 'failed')]) });
    await screen.findByText(`The host key of ${MACHINE} was declined here`);
    for (const words of ['No user name, password or key was sent.', 'Connect again to be asked again.'])
      expect(screen.getByText(words)).toBeDefined();
    expect(screen.getAllByText('Host key declined').length).toBeGreaterThan(0);
    expect(screen.getByRole('button', { name: 'Connect again' })).toBeDefined();
    expect(document.body.textContent).not.toContain('Cancelled');
  });

  it.each([
    ['forwarded', 'forwarded by the SSH server'],
    ['relayed', 'carried by programs there: the SSH server forwards none'],
    ['refused', 'none: the SSH server forwards none, and perl is missing there'],
    [undefined, '–'],
  ] as const)('says how connections to its containers go: %s', async (tcp, words) => {
    showHosts(hostPath(VPS_ID), { host: { ...vps, link: vps.link && { ...vps.link, tcp } } });
    const row = (await screen.findByText('To containers')).parentElement;
    expect(row?.querySelector('dd')?.textContent).toBe(words);
  });

  it('says what its handshakes count', async () => {
    showHosts(hostPath(VPS_ID), { host: { ...vps, link: vps.link && { ...vps.link, handshakes: 3 } } });
    const row = (await screen.findByText('Handshakes')).parentElement;
    expect(row?.querySelector('dd')?.textContent).toBe(
      '3 since the console started: also after a loss, for bulk transfers and to jump hosts',
    );
  });

  it('is forgotten only after it was said what goes', async () => {
    const { forget } = showHosts(hostPath(VPS_ID));
    fireEvent.click(await screen.findByRole('button', { name: 'Forget' }));
    const dialog = await screen.findByRole('dialog', { name: 'Forget root@vps' });
    expect(dialog.textContent).toContain('keychain');
    expect(forget).not.toHaveBeenCalled();
    fireEvent.click(within(dialog).getByRole('button', { name: 'Forget this host' }));
    await waitFor(() => expect(forget).toHaveBeenCalledExactlyOnceWith(VPS_ID));
  });

  it('is added by what was typed, once that can be a destination', async () => {
    const { add } = showHosts('/hosts?add');
    const dialog = await screen.findByRole('dialog', { name: 'Add a host over SSH' });
    const field = within(dialog).getByLabelText('Destination');
    await within(dialog).findByText('root@203.0.113.10');
    fireEvent.change(field, { target: { value: 'root@host:0' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add host' }));
    await within(dialog).findByText(/port is a number/);
    expect(add).not.toHaveBeenCalled();
    fireEvent.change(field, { target: { value: 'shop' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add host' }));
    await waitFor(() => expect(add).toHaveBeenCalledExactlyOnceWith('shop'));
  });

  it('without an engine offers on Overview to be prepared', async () => {
    const data = { host: VPS_ID, endpoint: '', detail: '' };
    const host = awayVps({ code: 'ENGINE_UNAVAILABLE', message: '', data }, [hop('socket', 'failed')]);
    showHosts('/', { host });
    fireEvent.click(await screen.findByRole('button', { name: 'Prepare this machine…' }));
    await screen.findByRole('heading', { name: 'Assessment' });
  });
});
