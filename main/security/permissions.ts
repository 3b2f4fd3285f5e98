/** What a page may ask the system for. One table; what is not in it is refused. */
import type { Session } from 'electron';

const ALLOWED: ReadonlySet<string> = new Set([
  // "Copy as command" and "Copy" buttons write text; reading the clipboard stays refused.
  'clipboard-sanitized-write',
]);

/** Installs the table on a session, for requests as well as for silent checks. */
export function installPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(ALLOWED.has(permission)));
  session.setPermissionCheckHandler((_contents, permission) => ALLOWED.has(permission));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
}
