/**
 * Runs one step on the host by itself, so that a lost link neither ends it nor loses a line: the script writes
 * into a file there, and whoever is connected reads on from the line where the last reader stopped.
 */
import { sleep } from '../../streams/abortable';
import { cancelled, DomainError, hasCode } from '../errors';
import type { SshSession } from '../hosts/ssh/face';

const ROOT_FOLDER = '/var/lib/bizosaas-console/steps';
const RETRY_MS = 1_000;
/** A transport's end looks like a program's end when the server goes down in order. */
const NO_VERDICT = 75;

export interface StepScript {
  id: string;
  commands: string[];
}

export interface StepOutcome {
  exitCode: number;
  /** What it printed, both outputs in order. */
  lines: string[];
}

const folderOf = (id: string) => `${ROOT_FOLDER}/${id}`;

/** Prints each command before it runs, and ends at the first that fails. */
function stepScript(commands: string[]): string {
  return ['set -e', 'PATH="$PATH:/usr/sbin:/sbin"; export PATH', ...commands].join('\n');
}

/** Starts it unless it runs already: pressed twice, or picked up after a restart of the console. */
function launcher({ id, commands }: StepScript): string {
  const folder = folderOf(id);
  return `set -e
mkdir -p ${folder}; chmod 700 ${ROOT_FOLDER}; cd ${folder}
if [ -f pid ] && [ ! -f exit ] && kill -0 "$(cat pid)" 2>/dev/null; then exit 0; fi
rm -f exit exit.new; : > log
cat > script <<'BIZOSAAS_STEP'
${stepScript(commands)}
BIZOSAAS_STEP
setsid sh -c 'echo $$ > pid; sh script > log 2>&1 < /dev/null; echo $? > exit.new; mv exit.new exit' < /dev/null > /dev/null 2>&1 &
while [ ! -s pid ]; do sleep 0.05; done`;
}

/** From the given line on until the script has ended; its exit code is this script's. */
function follower(id: string, fromLine: number): string {
  return `cd ${folderOf(id)} || exit ${NO_VERDICT}
tail -n +${fromLine} -s 0.2 -f --pid="$(cat pid)" log
if [ -f exit ]; then exit "$(cat exit)"; fi
exit ${NO_VERDICT}`;
}

const stopper = (id: string) =>
  `cd ${folderOf(id)} 2>/dev/null && [ ! -f exit ] && kill -TERM -- "-$(cat pid)" 2>/dev/null; rm -f ${folderOf(id)}/pid; exit 0`;

/**
 * `session` is asked anew for every try. An exit code other than 0 is an answer. Rejects with CANCELLED after
 * the script was ended on the host, and with what only a person can mend (AUTH_REQUIRED, HOST_KEY_…).
 */
export async function runStep(
  session: () => Promise<SshSession>,
  step: StepScript,
  onLine: (text: string) => void,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const lines: string[] = [];
  const take = (text: string) => {
    lines.push(text);
    onLine(text);
  };
  try {
    await overLostLinks(async () => launch(await session(), step, signal), signal);
    const exitCode = await overLostLinks(
      async () => follow(await session(), { id: step.id, fromLine: lines.length + 1 }, take, signal),
      signal,
    );
    return { exitCode, lines };
  } catch (error) {
    if (!signal.aborted) throw error;
    await (await session()).runAsRoot(stopper(step.id), {});
    throw cancelled(`Step ${step.id}`);
  }
}

async function launch(session: SshSession, step: StepScript, signal: AbortSignal): Promise<void> {
  const { exitCode, stderr } = await session.runAsRoot(launcher(step), { signal });
  if (exitCode === 0) return;
  const detail = `The step could not be started on the host: ${stderr.trim() || `exit code ${exitCode}`}`;
  throw new DomainError('CONFLICT', { what: `step ${step.id}`, detail }, detail);
}

async function follow(
  session: SshSession,
  { id, fromLine }: { id: string; fromLine: number },
  take: (text: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const { exitCode } = await session.runAsRoot(follower(id, fromLine), {
    onLine: ({ text }) => take(text),
    signal,
  });
  if (exitCode !== NO_VERDICT) return exitCode;
  const detail =
    'The script on the host ended without an exit code: it was killed, or the machine restarted.';
  throw new DomainError('CONFLICT', { what: `step ${id}`, detail }, detail);
}

async function overLostLinks<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !hasCode(error, 'HOST_UNREACHABLE')) throw error;
      await sleep(RETRY_MS, signal);
    }
  }
}
