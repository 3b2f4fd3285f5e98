import type { KeyType } from './keys';

type YesNo = boolean;

/** What is not given is as OpenSSH has it. */
export interface SshdOptions {
  /** One host key of each. Default: ed25519. */
  hostKeyTypes?: KeyType[];
  allowStreamLocalForwarding?: YesNo;
  allowTcpForwarding?: YesNo;
  maxSessions?: number;
  maxAuthTries?: number;
  /** A number, or `start:rate:full`. */
  maxStartups?: number | string;
  /** Offers the method; no password signs anyone in here, see the VPS box. Default: not offered. */
  offerPassword?: boolean;
  clientAliveIntervalSeconds?: number;
  clientAliveCountMax?: number;
  loginGraceSeconds?: number;
  /** Shown before the sign-in. */
  banner?: string;
  /** Lines of sshd_config(5); they are read first and so outrank the above. */
  lines?: string[];
}

interface Files {
  hostKeys: string[];
  authorizedKeys: string;
  banner: string;
}

const OWN_LINES = [
  'UsePAM no',
  // The temporary folder's parents are writable to everybody.
  'StrictModes no',
  'PidFile none',
  'PermitRootLogin yes',
  'PubkeyAuthentication yes',
  'KbdInteractiveAuthentication no',
  'LogLevel VERBOSE',
  'PrintMotd no',
  'Subsystem sftp internal-sftp',
];

const yesNo = (value: YesNo) => (value ? 'yes' : 'no');

/** The text of an sshd_config: of several lines with one keyword OpenSSH heeds the first. */
export function configurationText(options: SshdOptions, port: number, files: Files): string {
  const asked: [string, string | number | boolean | undefined][] = [
    ['AllowStreamLocalForwarding', options.allowStreamLocalForwarding],
    ['AllowTcpForwarding', options.allowTcpForwarding],
    ['MaxSessions', options.maxSessions],
    ['MaxAuthTries', options.maxAuthTries],
    ['MaxStartups', options.maxStartups],
    ['PasswordAuthentication', options.offerPassword ?? false],
    ['ClientAliveInterval', options.clientAliveIntervalSeconds],
    ['ClientAliveCountMax', options.clientAliveCountMax],
    ['LoginGraceTime', options.loginGraceSeconds],
    ['Banner', options.banner === undefined ? undefined : files.banner],
  ];
  const lines = [
    ...(options.lines ?? []),
    `ListenAddress 127.0.0.1:${port}`,
    ...files.hostKeys.map((path) => `HostKey ${path}`),
    `AuthorizedKeysFile ${files.authorizedKeys}`,
    ...asked.flatMap(([keyword, value]) => {
      if (value === undefined) return [];
      return [`${keyword} ${typeof value === 'boolean' ? yesNo(value) : value}`];
    }),
    ...OWN_LINES,
  ];
  return `${lines.join('\n')}\n`;
}
