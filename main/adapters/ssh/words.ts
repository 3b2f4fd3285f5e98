/** What the network and SSH servers say, in words a person can act on. Pure. */
import type { SshTarget } from '../../services/hosts/ssh/face';
import type { Finding } from './hops';

const SHOWN_CHARACTERS = 100;
const DEFAULT_PORT = 22;

/** `user@host:port`, the name of a machine in hops and messages. */
export function machineOf(target: Pick<SshTarget, 'user' | 'host' | 'port'>): string {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  return `${target.user}@${host}:${target.port}`;
}

/** Text of a stranger: printable, on one line, at most 100 characters. */
export function sanitise(text: string): string {
  const printable = Array.from(text, (letter) =>
    /[\p{L}\p{N}\p{P}\p{S} ]/u.test(letter) ? letter : ' ',
  ).join('');
  const line = printable.replace(/ +/g, ' ').trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS - 1)}…` : line;
}

export function seconds(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toFixed(1))} s`;
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function saidBy(error: unknown): string {
  return sanitise(error instanceof Error ? error.message : String(error));
}

export function nameFailure(host: string, error: unknown): Finding {
  const code = codeOf(error);
  if (code === 'ENOTFOUND' || code === 'ENODATA')
    return { finding: `The name ${host} is not known.`, advice: 'Check the spelling, or use the address.' };
  if (code === 'EAI_AGAIN')
    return {
      finding: `The name ${host} could not be looked up.`,
      advice: 'Check the network connection of this machine.',
    };
  return { finding: `Looking up ${host} failed: ${saidBy(error)}.`, advice: 'Check the network connection.' };
}

const WRONG_PORT = `Check the port: an SSH server listens on ${DEFAULT_PORT} unless it was moved.`;

export function tcpFailure(place: string, error: unknown): Finding {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED')
    return {
      finding: `${place} refused the connection: nothing listens there.`,
      advice: `${WRONG_PORT} Check that the SSH server runs.`,
    };
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return {
      finding: `There is no route to ${place}.`,
      advice: 'Check the network connection, a VPN it may need, and that the machine is on.',
    };
  if (code === 'ECONNRESET')
    return {
      finding: `${place} reset the connection.`,
      advice: 'A firewall may be in between. Try again later.',
    };
  return {
    finding: `The connection to ${place} failed: ${saidBy(error)}.`,
    advice: 'Check the network connection.',
  };
}

export function tcpTimeout(place: string, afterMs: number): Finding {
  return {
    finding: `${place} gave no answer within ${seconds(afterMs)}.`,
    advice: 'Check that the machine is on, and that its firewall lets this port through.',
  };
}

export function bannerTimeout(afterMs: number, said: string): Finding {
  if (said) return notSsh(said);
  return {
    finding: `The connection was made, but no SSH banner came within ${seconds(afterMs)}.`,
    advice: 'Something else may listen on this port, or the machine is overloaded.',
  };
}

/** `said`: what came before the connection ended. */
export function closedBeforeBanner(said: string): Finding {
  if (/MaxStartups|not allowed at this time/i.test(said))
    return {
      finding: 'The SSH server takes no further connections at the moment (MaxStartups).',
      advice: 'Wait a moment and try again.',
    };
  if (said) return notSsh(said);
  return {
    finding: 'The server closed the connection before its SSH banner.',
    advice: 'It may refuse this address (fail2ban, hosts.deny), or be overloaded. Try again later.',
  };
}

export function notSsh(said: string): Finding {
  return {
    finding: `What answers is not an SSH server. It said: ${sanitise(said)}`,
    advice: WRONG_PORT,
  };
}

const KINDS: [RegExp, string][] = [
  [/key exchange/, 'key exchange'],
  [/host key/, 'host key'],
  [/cipher/, 'encryption'],
  [/MAC/, 'message authentication'],
  [/compression/, 'compression'],
];

/** What ssh2 says while keys are agreed. */
export function keyExchangeFailure(message: string): Finding {
  if (/no matching/.test(message)) {
    const kind = KINDS.find(([pattern]) => pattern.test(message))?.[1] ?? 'encryption';
    return {
      finding: `No common algorithm for ${kind}: ${sanitise(message)}.`,
      advice: 'The SSH server is very old or very strict. Update it, or allow a current algorithm there.',
    };
  }
  if (/signature verification/.test(message))
    return {
      finding: 'The server could not prove that it owns its host key.',
      advice: 'Somebody may be between this machine and the server. Do not sign in.',
    };
  return {
    finding: `The keys could not be agreed: ${sanitise(message)}.`,
    advice: 'Try again; if it stays, look into the log of the SSH server.',
  };
}

export const TOO_MANY_FAILURES = /too many authentication failures/i;

export function signInCut(message: string): Finding {
  if (TOO_MANY_FAILURES.test(message))
    return {
      finding: 'The server ended the sign-in: too many authentication failures.',
      advice:
        'More keys were offered than it allows. Name the right one with IdentityFile and set IdentitiesOnly yes in ~/.ssh/config.',
    };
  if (/expired/i.test(message))
    return { finding: `The server says: ${sanitise(message)}`, advice: 'Renew the account on the server.' };
  return {
    finding: message
      ? `The server ended the sign-in: ${sanitise(message)}.`
      : 'The server ended the sign-in.',
    advice: 'Look into the log of the SSH server (journalctl -u ssh).',
  };
}

/** What a login shell says instead of running a program. */
export function shellFailure(exitCode: number | null, said: string): Finding {
  if (/expired|change your password/i.test(said))
    return {
      finding: `The account needs attention: ${sanitise(said)}`,
      advice: 'Sign in once with ssh in a terminal and set a new password.',
    };
  if (/not available|nologin/i.test(said))
    return {
      finding: `The account may not run programs: ${sanitise(said)}`,
      advice: 'Use an account with a shell.',
    };
  const end = exitCode === null ? 'ended without an exit code' : `ended with ${exitCode}`;
  return {
    finding: `The shell of the account ${end}${said ? `: ${sanitise(said)}` : ''}.`,
    advice: 'Check the shell of the account, and a ForceCommand or command= in authorized_keys.',
  };
}
