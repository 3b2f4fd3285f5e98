/** The page at `/` and at the admin path: says what it is before anything else. */

const STYLE = `body{margin:0;font:15px/1.5 system-ui,sans-serif;background:#f6f7f9;color:#1b1f24}
header{background:#5b3a00;color:#ffe9c2;padding:8px 24px;font-weight:600;letter-spacing:.04em}
main{max-width:640px;margin:32px auto;padding:0 24px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 24px}dt{color:#57606a}dd{margin:0}
@media(prefers-color-scheme:dark){body{background:#111418;color:#e6e8eb}dt{color:#9aa4af}}`;

/** @type {Record<string, string>} */
const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** @param {string} raw */
const escapeHtml = (raw) => raw.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);

/** @param {Record<string, string>} facts */
const list = (facts) =>
  Object.entries(facts)
    .map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`)
    .join('');

/**
 * @param {import('./catalogue.mjs').Entry} entry
 * @param {string} path
 * @param {Record<string, string>} facts what was found just now, by name
 * @returns {import('./http.mjs').Answer}
 */
export function page(entry, path, facts) {
  const title = escapeHtml(entry.title);
  return {
    status: 200,
    body: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sandbox: ${title}</title><style>${STYLE}</style></head><body>
<header>SANDBOX</header>
<main><h1>${title}</h1>
<p>This is the sandbox at <code>${escapeHtml(path)}</code>, a small program that answers in place of ${title}. It is not the
platform and holds nobody's data. The database and the cache behind it are real.</p>
<dl>${list(facts)}</dl></main></body></html>`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      ...(entry.framing && { 'x-frame-options': entry.framing }),
    },
  };
}
