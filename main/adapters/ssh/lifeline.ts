/**
 * Ends a program on the other machine when nobody waits for it any more. OpenSSH passes no signals on for somebody who
 * signed in as root, and never to what runs through sudo; asking sudo again for a `kill` would take the password and
 * one more session. So the input stays open for as long as somebody waits, and a watcher beside the script, with the
 * rights of the script, ends the whole group of processes when it closes: also when the connection is lost.
 * The script comes to its shell as a here-document. For that a sh that is bash before 5.1 needs a temporary folder it may
 * write to, a newer bash only where the script is longer than a pipe holds, and dash never.
 * Steps of `prepare` outlive their connection on purpose, in a session of their own, and have a stopper instead.
 */
import { randomUUID } from 'node:crypto';

/**
 * For a shell that reads it from its input, which is not to be ended. Braces, so that all of it is read before the
 * watcher reads on.
 */
export function withLifeline(script: string): string {
  const mark = `bizosaas-end-${randomUUID()}`;
  return `{ exec 3<&0
{ read -r never; kill -KILL 0; } <&3 >/dev/null 2>&1 &
sh 3<&- <<'${mark}'
${script}
${mark}
set -- $?; kill $! 2>/dev/null; exit $1
}
`;
}
