/**
 * Room: an OpenSSH server of a test's own on a loopback port, with its own configuration, host keys
 * and authorized keys in a temporary folder. It signs in the user the test runs as; other users,
 * passwords and one-time codes are in the VPS box. Nobody's ~/.ssh is read or written.
 */
export { createKey, type KeyFile, knownHostsLine } from './keys';
export { type Sshd, type SshdOptions, startSshd } from './sshd';
