/** One place that turns a failure code into words and the next act. Exhaustive by type. */
import { type ErrorCode, type ErrorData, errorData, type Failure } from '../../preload/contract';

/** What the window can offer next to a failure. */
export type FailureAction = 'retry' | 'open-hosts' | 'open-deploy' | 'open-settings' | 'none';

export interface Explained {
  code: ErrorCode;
  /** What failed, one line. */
  title: string;
  /** What was found, in the words of whoever reported it. */
  detail: string;
  /** What to do next. */
  advice: string;
  action: FailureAction;
}

type Words = Omit<Explained, 'code'>;
type Table = { [C in ErrorCode]: (data: ErrorData<C>) => Words };

function place(data: ErrorData<'INVALID_COMPOSE'>): string {
  return `${data.file}:${data.line}:${data.column}`;
}

/** The hops of a link as its report names them; others, such as `link`, stand for themselves. */
const hops: Record<string, string> = { tcp: 'TCP', name: 'name resolution', banner: 'the SSH banner' };

function hopWords(hop: string): string {
  return hops[hop] ?? hop;
}

type Declined = NonNullable<ErrorData<'CANCELLED'>['declined']>;

/** A person said no: nothing was stopped, and nothing went out. */
function declinedWords({ question, machine }: Declined): Words {
  const key = question === 'host-key';
  return {
    title: key
      ? `The host key of ${machine} was declined here`
      : `The sign-in to ${machine} was declined here`,
    detail: key
      ? 'No user name, password or key was sent.'
      : 'The question was closed, and no answer was sent.',
    advice: 'Connect again to be asked again.',
    action: 'retry',
  };
}

const MOST_NAMED = 3;

/** `a, b, c and 4 more`: a title stays one line however much failed. */
function named(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED;
  if (rest <= 0) return names.join(', ');
  return `${names.slice(0, MOST_NAMED).join(', ')} and ${rest} more`;
}

/** Main's id for a failure that was recorded with its message and without a log entry. */
const UNLOGGED = 'unlogged';

export const errorWords: Table = {
  HOST_UNREACHABLE: (data) => ({
    title: `Host ${data.host} cannot be reached: ${hopWords(data.hop)} failed`,
    detail: data.detail,
    advice: 'Check that the machine is on and reachable from here, then try again.',
    action: 'retry',
  }),
  HOST_KEY_UNKNOWN: (data) => ({
    title: `The host key of ${data.host} is not known yet`,
    detail: `${data.keyType} ${data.fingerprint}`,
    advice: 'Compare the fingerprint with the one of the machine, then trust it under Hosts.',
    action: 'open-hosts',
  }),
  HOST_KEY_CHANGED: (data) => ({
    title: data.revoked
      ? `The host key of ${data.host} is revoked`
      : `The host key of ${data.host} has changed`,
    detail: `Shown: ${data.fingerprint}. On file${data.name ? ` as ${data.name}` : ''}: ${data.known
      .map(({ fingerprint, file, line }) => `${fingerprint} (${file}:${line})`)
      .join(', ')}. No credential was sent.`,
    advice:
      'Find out why before anything else: a reinstalled machine has a new key, but so has an impostor. Remove the old line from the file only when the new key is confirmed.',
    action: 'open-hosts',
  }),
  AUTH_REQUIRED: (data) => ({
    title: `${data.user} could not sign in to ${data.host}`,
    detail: data.detail,
    advice: 'Check the key, its passphrase or the password, then try again.',
    action: 'open-hosts',
  }),
  ENGINE_UNAVAILABLE: (data) => ({
    title: `No Docker Engine answers at ${data.endpoint}`,
    detail: data.detail,
    advice: 'Start the engine, or choose another one under Hosts.',
    action: 'open-hosts',
  }),
  ENGINE_REJECTED: (data) => ({
    title: `The engine refused to ${data.operation} (status ${data.status})`,
    detail: data.detail,
    advice: 'The engine’s own words say what it objects to; change that and try again.',
    action: 'retry',
  }),
  NOT_FOUND: (data) => ({
    title: `The ${data.kind} ${data.name} does not exist`,
    detail: 'It may have been removed since it was listed.',
    advice: 'Check the name, or apply the stack again to create what is missing.',
    action: 'open-deploy',
  }),
  CONFLICT: (data) => ({
    title: `${data.what} is in conflict`,
    detail: data.detail,
    advice: 'Resolve the conflict named here, then try again.',
    action: 'retry',
  }),
  INVALID_INPUT: (data) => ({
    title: `The value of ${data.field} is not accepted`,
    detail: data.detail,
    advice: 'Correct the value and try again.',
    action: 'none',
  }),
  INVALID_COMPOSE: (data) => ({
    title: `The Compose file is not valid at ${place(data)}`,
    detail: data.excerpt === '' ? data.detail : `${data.detail} (“${data.excerpt}”)`,
    advice: 'Correct the file at that place, then check again.',
    action: 'retry',
  }),
  PREFLIGHT_FAILED: (data) => ({
    title: `Pre-flight of ${data.project} failed`,
    // Ids such as `port:5432`: only reached without a message, which names cause and advice.
    detail: `Failed checks: ${data.failed.map((id) => id.replace(':', ' ')).join(', ')}`,
    advice: 'Each failed check under Deploy says what to do.',
    action: 'open-deploy',
  }),
  APPLY_LOCKED: (data) => ({
    title: `${data.owner} holds the lock on ${data.project}`,
    detail: data.stale ? 'Its last sign of life is old.' : 'It is still at work.',
    advice: data.stale ? 'Break the lock under Deploy if that console is gone.' : 'Wait until it has ended.',
    action: 'open-deploy',
  }),
  APPLY_FAILED: (data) => ({
    title: data.failed.length === 0 ? `Apply of ${data.project} failed` : `${named(data.failed)} failed`,
    detail: data.detail,
    advice: 'The last log lines of each failed service name the cause; correct it and apply again.',
    action: 'open-deploy',
  }),
  CONFIRMATION_MISMATCH: (data) => ({
    title: 'The typed name does not match',
    detail: `Expected: ${data.expected}`,
    advice: 'Type the name exactly as shown.',
    action: 'none',
  }),
  TIMEOUT: (data) => ({
    title: `No answer to “${data.operation}” within ${Math.round(data.afterMs / 1000)} s`,
    detail: 'The engine is slow or the connection is stuck.',
    advice: 'Try again; if it persists, look at the engine’s load under Hosts.',
    action: 'retry',
  }),
  CANCELLED: ({ operation, declined }) => {
    if (declined !== undefined) return declinedWords(declined);
    return {
      title: `Cancelled: ${operation}`,
      detail: 'What was done before stays as it is.',
      advice: 'Start it again to go on.',
      action: 'none',
    };
  },
  INTERNAL: (data) => ({
    title: 'An unexpected error happened inside the console',
    detail: data.id === UNLOGGED ? 'No further detail was recorded.' : `Log entry ${data.id}`,
    advice:
      data.id === UNLOGGED
        ? 'Try again; if it persists, copy the versions under Settings into a report.'
        : 'The log file under Settings holds the details under that id.',
    action: 'open-settings',
  }),
};

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorWords, code);
}

function words(code: ErrorCode, data: Record<string, unknown>): Words {
  // The table is keyed by the same code, which the type system cannot follow through a union.
  const explain = errorWords[code] as (data: Record<string, unknown>) => Words;
  // Data of an older journal may lack fields: rather none of these words than words with holes.
  errorData[code].parse(data);
  return explain(data);
}

/** Codes whose message is written for the case at hand and says more than their data. */
const told: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'APPLY_LOCKED',
  'NOT_FOUND',
  'ENGINE_REJECTED',
  'PREFLIGHT_FAILED',
  'CONFLICT',
  'APPLY_FAILED',
  'INTERNAL',
]);

/** Three words at least: the RPC package fills an empty message with the name of the code. */
const SENTENCE = /\S\s+\S+\s+\S/;

function saysMore(message: string, { title, detail }: Words): boolean {
  const bare = message.trim().replace(/\.$/, '');
  return SENTENCE.test(bare) && !title.includes(bare) && !detail.includes(bare);
}

/** For failures that arrive as data: tasks, hosts, journals. */
export function explainFailure(failure: Failure): Explained {
  try {
    const { code, message } = failure;
    const known = words(code, failure.data);
    const detail = told.has(code) && saysMore(message, known) ? message.trim() : known.detail;
    return { code, ...known, detail };
  } catch {
    // The message still says what happened.
    return { code: failure.code, title: failure.message, detail: '', advice: '', action: 'none' };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** For failures that were thrown by a call. */
export function explainError(error: unknown): Explained {
  // Read as plain data: the RPC package types the code and data of its errors as any.
  if (isRecord(error) && typeof error.code === 'string' && isErrorCode(error.code)) {
    const { code, data, message } = error;
    return explainFailure({ code, message: String(message), data: isRecord(data) ? data : {} });
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'INTERNAL',
    title: 'The call to the console’s main process failed',
    detail: message,
    advice: 'Try again; the log file under Settings holds the details.',
    action: 'retry',
  };
}

/** A call that ended because its screen went away is no failure to show. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
