/** What a shell gets to see. Stable: scripts depend on it, and `--help` lists it. */
import type { ErrorCode } from '../../preload/contract';
import { isDomainError } from '../services/errors';

export const EXIT = {
  OK: 0,
  FAILED: 1,
  CHANGE_PENDING: 2,
  USAGE: 3,
  PREFLIGHT_FAILED: 4,
  ENGINE_UNREACHABLE: 5,
  LOCKED: 6,
  SIGN_IN_NEEDED: 7,
  CANCELLED: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODE_HELP = `
Exit codes:
  0    done
  1    failed
  2    plan, prepare: a change is pending
  3    wrong usage, or a Compose file that is not valid
  4    a pre-flight check failed
  5    the engine cannot be reached
  6    another console is changing the stack, or left its lock on it
  7    signing in to the host needs a person: an unknown or changed host key, a password, a passphrase
  130  cancelled
`;

const BY_ERROR: Partial<Record<ErrorCode, ExitCode>> = {
  INVALID_COMPOSE: EXIT.USAGE,
  INVALID_INPUT: EXIT.USAGE,
  NOT_FOUND: EXIT.USAGE,
  CONFIRMATION_MISMATCH: EXIT.USAGE,
  PREFLIGHT_FAILED: EXIT.PREFLIGHT_FAILED,
  ENGINE_UNAVAILABLE: EXIT.ENGINE_UNREACHABLE,
  HOST_UNREACHABLE: EXIT.ENGINE_UNREACHABLE,
  APPLY_LOCKED: EXIT.LOCKED,
  AUTH_REQUIRED: EXIT.SIGN_IN_NEEDED,
  HOST_KEY_UNKNOWN: EXIT.SIGN_IN_NEEDED,
  HOST_KEY_CHANGED: EXIT.SIGN_IN_NEEDED,
  CANCELLED: EXIT.CANCELLED,
};

export function exitCodeFor(error: unknown): ExitCode {
  return isDomainError(error) ? exitCodeOf(error.code) : EXIT.FAILED;
}

export function exitCodeOf(code: ErrorCode): ExitCode {
  return BY_ERROR[code] ?? EXIT.FAILED;
}
