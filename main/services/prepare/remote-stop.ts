/**
 * Ends a step with everything it started. apt gives dpkg a session and a terminal of its own, so the step's process
 * group is not all of it: the tree of processes is walked, before the first signal cuts its branches off.
 */
import { ALIVE, folderOf } from './remote-script';

/** dpkg that is cut off in the middle of a package leaves more to repair than one that ends by itself. */
const PACKAGE_PATIENCE_SECONDS = 10;
const KILL_PATIENCE_SECONDS = 5;
const ROUNDS_A_SECOND = 5;
/** Of a stopper after which something still runs; what that is, it printed. */
export const STILL_RUNNING = 3;

/**
 * Prints `number start-time program dpkg-or-other` of the known processes that still run, and of those which
 * descend from them or are in a session one of them leads. A number with another start time is another process.
 * proc_pid_stat(5): after the program's name in parentheses come state, parent, group, session and, 20th, start.
 */
const FAMILY = String.raw`
{
  number = $1 + 0; name = $0; sub(/^[^(]*\(/, "", name); sub(/\) [^)]*$/, "", name); gsub(/[^A-Za-z0-9._+-]/, "-", name)
  rest = $0; sub(/^.*\) /, "", rest); split(rest, field, " ")
  if (number == 0 || field[1] == "Z" || field[1] == "X") next
  program[number] = name; parent[number] = field[2]; session[number] = field[4]; start[number] = field[20]
}
END {
  while ((getline line < "stopping") > 0) { split(line, known, " "); if (start[known[1]] == known[2]) ours[known[1]] = 1 }
  do {
    found = 0
    for (one in start) if (!(one in ours) && ((parent[one] in ours) || (session[one] in ours))) { ours[one] = 1; found = 1 }
  } while (found)
  for (one in ours) if (program[one] == "dpkg") packing[one] = 1
  do {
    found = 0
    for (one in ours) if (!(one in packing) && (parent[one] in packing)) { packing[one] = 1; found = 1 }
  } while (found)
  for (one in ours) print one, start[one], program[one], (one in packing) ? "dpkg" : "other"
}`;

/**
 * Ends with 0 when nothing of the step runs any more, else with STILL_RUNNING. What is known to belong to it is
 * kept in a file, so that a stopper whose link was lost is picked up by the next although the leader is gone.
 */
export function stopper(id: string, patienceSeconds = PACKAGE_PATIENCE_SECONDS): string {
  const rounds = (seconds: number) => seconds * ROUNDS_A_SECOND;
  return `cd ${folderOf(id)} 2>/dev/null || exit 0
exec 9> lock; flock 9
${ALIVE}
if [ ! -f exit ] && alive; then sed 's/^.*) //' "/proc/$(cat pid)/stat" | awk -v leader="$(cat pid)" '{print leader, $20}' >> stopping; fi
[ -s stopping ] || exit 0
look() { cat /proc/[0-9]*/stat 2>/dev/null | awk '${FAMILY}' > stopping.new; mv stopping.new stopping; }
send() { while read -r number start program kind; do [ "$2" = all ] || [ "$2" = "$kind" ] && kill -s "$1" "$number" 2>/dev/null; done < stopping; }
settle() { left="$1"; while look; [ -s stopping ] && [ "$left" -gt 0 ]; do left=$((left - 1)); [ "$2" = none ] || send "$2" all; sleep 0.2; done; }
look; send TERM other
settle ${rounds(patienceSeconds)} none
settle ${rounds(KILL_PATIENCE_SECONDS)} KILL
if [ -s stopping ]; then awk '{print $3 " (" $1 ")"}' stopping; exit ${STILL_RUNNING}; fi
rm -f pid stopping
exit 0`;
}
