/** The one door for links that leave the window. */

const ALLOWED_PROTOCOLS: ReadonlySet<string> = new Set(['http:', 'https:']);
const MAX_URL_LENGTH = 2000;

/**
 * The normalised address when it may be handed to the system's browser, else null. Other schemes
 * start programs (`file:`, `smb:`, `ms-msdt:`), and credentials in an address end up in histories.
 */
export function allowedExternalUrl(raw: string): string | null {
  if (raw.length > MAX_URL_LENGTH || !URL.canParse(raw)) return null;
  const url = new URL(raw);
  if (!ALLOWED_PROTOCOLS.has(url.protocol) || url.username || url.password) return null;
  return url.href;
}
