/**
 * How a step runs on the machine by itself: a folder with its script, its log, the process that leads it and,
 * once it has ended, its exit code. Every script here is for a POSIX shell as root.
 */
import { quote } from '../../words/shell';
import { APPLIED_FOLDER } from './facts';

const HOME = '/var/lib/bizosaas-console';
const STEPS = `${HOME}/steps`;
/** Of a follower that could not learn how the step ended; no program of a step ends so. */
export const NO_VERDICT = 255;
const WIDEST_ECHO = 200;

export interface StepScript {
  /** Names the folder; of letters and `-`. */
  id: string;
  commands: string[];
  /** The step's mark: set when it begins, or removed when it was taken back. */
  mark: { step: string; as: 'applied' | 'taken-back' };
}

/** Where a step's script, log and process number are. */
export const folderOf = (id: string) => `${STEPS}/${id}`;

/** A process number may be another process by now, as after a restart of the machine: the working folder tells. */
export const ALIVE = `alive() { [ -s pid ] && [ "$(readlink "/proc/$(cat pid)/cwd")" = "$(pwd -P)" ]; }`;

function echoed(command: string): string {
  const [first = '', ...more] = command.split('\n');
  const shown = first.length > WIDEST_ECHO || more.length > 0 ? `${first.slice(0, WIDEST_ECHO)} …` : first;
  return `printf '%s\\n' ${quote(`$ ${shown}`)}`;
}

/** Prints each command before it runs, and ends at the first that fails. */
function stepScript({ commands, mark }: StepScript): string {
  const file = `${APPLIED_FOLDER}/${mark.step}`;
  const steps = commands.flatMap((command) => [echoed(command), command]);
  return [
    'set -e; umask 022; cd /',
    'LC_ALL=C.UTF-8; PATH="$PATH:/usr/sbin:/sbin"; export LC_ALL PATH',
    mark.as === 'applied' ? `mkdir -p ${APPLIED_FOLDER}; : > ${file}` : '',
    ...steps,
    mark.as === 'taken-back' ? `rm -f ${file}` : '',
  ].join('\n');
}

/** Starts it unless it runs already: pressed twice, or picked up after a restart of the console. */
export function launcher(step: StepScript): string {
  const folder = folderOf(step.id);
  return `set -e; umask 022
mkdir -p ${folder}; chmod 700 ${STEPS}; cd ${folder}
exec 9> lock; flock 9
${ALIVE}
if [ ! -f exit ] && alive; then exit 0; fi
rm -f exit exit.new pid; : > log
cat > script <<'BIZOSAAS_STEP'
${stepScript(step)}
BIZOSAAS_STEP
setsid sh -c 'echo $$ > pid; sh script > log 2>&1; echo $? > exit.new; mv exit.new exit' 9>&- < /dev/null > /dev/null 2>&1 &
while [ ! -s pid ]; do sleep 0.05; done`;
}

/** Prints the log from the given line on until the script has ended; its exit code is this script's. */
export function follower(id: string, fromLine: number): string {
  return `cd ${folderOf(id)} 2>/dev/null || exit ${NO_VERDICT}
${ALIVE}
if [ -f exit ] || ! alive; then tail -n +${fromLine} log
else tail -n +${fromLine} -s 0.2 -f --pid="$(cat pid)" log; fi 2>/dev/null
if [ -f exit ]; then exit "$(cat exit)"; fi
exit ${NO_VERDICT}`;
}
