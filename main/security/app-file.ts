/** Which file of the bundle an `app://` address names. Pure, so that attacks on it are unit tests. */
import { join, normalize, sep } from 'node:path';

/** The file an address names; null when it points outside `root` or at another host. */
export function fileFor(url: string, root: string): string | null {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.host !== 'console' || parsed.protocol !== 'app:') return null;
  const path = decodePath(parsed.pathname);
  if (path === null || path.includes('\0')) return null;
  const file = normalize(join(root, path === '/' ? 'index.html' : path));
  return file.startsWith(normalize(root) + sep) ? file : null;
}

function decodePath(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return null;
  }
}
