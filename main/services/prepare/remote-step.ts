/**
 * Runs one step on the host by itself, so that a lost link neither ends it nor loses a line: the script writes
 * into a file there, and whoever is connected reads on from the line where the last reader stopped.
 */
import { sleep, withTimeout } from '../../streams/abortable';
import { visibleText } from '../../words/visible-text';
import { cancelled, DomainError, hasCode } from '../errors';
import type { SshSession } from '../hosts/ssh/face';
import { follower, launcher, NO_VERDICT, type StepScript } from './remote-script';
import { STILL_RUNNING, stopper } from './remote-stop';

const RETRY_MS = 1_000;
const STOP_LIMIT_MS = 30_000;

/** Asked anew for every try. */
export type SessionSource = () => Promise<Pick<SshSession, 'runAsRoot'>>;

/**
 * An exit code other than 0 is an answer; `onLine` is told what the script prints, both outputs in order, and
 * `onWait` why nothing comes. Rejects with CANCELLED after the script was ended on the host, with CONFLICT when
 * it ended without an exit code, and with what only a person can mend (AUTH_REQUIRED, HOST_KEY_…).
 */
export async function runStep(
  session: SessionSource,
  step: StepScript,
  { onLine, onWait }: { onLine: (text: string) => void; onWait: (reason: string) => void },
  signal: AbortSignal,
): Promise<{ exitCode: number }> {
  let lines = 0;
  const take = (text: string) => {
    lines += 1;
    onLine(visibleText(text));
  };
  const persist = <T>(work: () => Promise<T>) => overLostLinks(work, onWait, signal);
  try {
    await persist(async () => launch(await session(), step, signal));
    const exitCode = await persist(async () => follow(await session(), { id: step.id, lines }, take, signal));
    return { exitCode };
  } catch (error) {
    if (!signal.aborted) throw error;
    throw await stop(session, step.id);
  }
}

async function launch(
  session: Pick<SshSession, 'runAsRoot'>,
  step: StepScript,
  signal: AbortSignal,
): Promise<void> {
  const { exitCode, stderr } = await session.runAsRoot(launcher(step), { signal });
  if (exitCode === 0) return;
  const reason = visibleText(stderr) || `exit code ${exitCode}`;
  throw conflict(step.id, `The step could not be started on the host: ${reason}`);
}

/** Only standard output is the step's: on the other, sudo and the shell say things of their own. */
async function follow(
  session: Pick<SshSession, 'runAsRoot'>,
  { id, lines }: { id: string; lines: number },
  take: (text: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const { exitCode } = await session.runAsRoot(follower(id, lines + 1), {
    onLine: ({ stream, text }) => {
      if (stream === 'stdout') take(text);
    },
    signal,
  });
  if (exitCode !== NO_VERDICT) return exitCode;
  const detail =
    'The script on the host ended without an exit code: it was killed, or the machine restarted. Running the step again goes on from there.';
  throw conflict(id, detail);
}

/** Answers the error that tells how the cancel went. */
async function stop(session: SessionSource, id: string): Promise<DomainError> {
  using limit = withTimeout(STOP_LIMIT_MS);
  try {
    const work = async () => (await session()).runAsRoot(stopper(id), { signal: limit.signal });
    const { exitCode, stdout } = await overLostLinks(work, () => undefined, limit.signal);
    if (exitCode === 0) return cancelled(`Step ${id}`);
    if (exitCode !== STILL_RUNNING) return halfCancelled(id, 'whether it ended there could not be told.');
    const programs = visibleText(stdout.trim().split('\n').join(', '));
    return halfCancelled(id, `these programs of it could not be ended on the host: ${programs}.`);
  } catch {
    return halfCancelled(id, 'the host could not be told to end it: it may go on there.');
  }
}

function halfCancelled(id: string, but: string): DomainError {
  const message = `Step ${id} was cancelled, but ${but}`;
  return new DomainError('CANCELLED', { operation: `Step ${id}` }, message);
}

export async function overLostLinks<T>(
  work: () => Promise<T>,
  onWait: (reason: string) => void,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !hasCode(error, 'HOST_UNREACHABLE')) throw error;
      // The machine itself said no, sudo to a wrong password for one: asking again could lock an account.
      if (error.data.hop === 'program') throw error;
      onWait(error.message);
      await sleep(RETRY_MS, signal);
    }
  }
}

function conflict(id: string, detail: string): DomainError {
  return new DomainError('CONFLICT', { what: `step ${id}`, detail }, detail);
}
