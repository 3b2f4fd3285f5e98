/** Starts the built console, waits until its first screen shows data, and takes a picture: node … ELECTRON PICTURE */
import path from 'node:path';
import { _electron } from '@playwright/test';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SHOWN_WITHIN_MS = 30_000;
const [executablePath = '', picture = ''] = process.argv.slice(2);

const application = await _electron.launch({ executablePath, args: [ROOT], chromiumSandbox: true });
try {
  const page = application.windows()[0] ?? (await application.waitForEvent('window'));
  await page.waitForLoadState('load');
  // Whatever state the services are in, their names are there once the live list has arrived.
  const data = page.getByText(/PostgreSQL|postgres/i).first();
  const shown = await data.waitFor({ timeout: SHOWN_WITHIN_MS }).then(
    () => true,
    () => false,
  );
  await page.screenshot({ path: picture });
  if (!shown)
    throw new Error(`The window showed no services within ${SHOWN_WITHIN_MS / 1000} s; see ${picture}.`);
} finally {
  await application.close();
}
