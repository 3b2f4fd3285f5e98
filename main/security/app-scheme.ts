/**
 * The window's own scheme. Pages come from `app://console/`, never from `file://`: a file page
 * could read other files, and hardened fuses take that privilege away.
 */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { protocol, type Session } from 'electron';
import { fileFor } from './app-file';
import { CONTENT_SECURITY_POLICY } from './csp';

export const APP_ORIGIN = 'app://console';

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Must run before the app is ready. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the files under `root`, and nothing else, with the security headers on every answer. */
export function serveAppScheme(session: Session, root: string): void {
  session.protocol.handle('app', async (request) => {
    const file = fileFor(request.url, root);
    if (!file) return refuse(403);
    try {
      return new Response(new Uint8Array(await readFile(file)), { headers: headersFor(file) });
    } catch {
      return refuse(404);
    }
  });
}

function headersFor(file: string): Record<string, string> {
  return {
    'content-type': CONTENT_TYPES[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  };
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: { 'content-security-policy': CONTENT_SECURITY_POLICY } });
}
