/** One small program for 14 services: which one it is comes as its argument. */
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createAnswers } from './answers.mjs';
import { CATALOGUE } from './catalogue.mjs';
import { createControl } from './faults/control.mjs';
import { watchFault } from './faults/effects.mjs';
import { createFaultStore } from './faults/store.mjs';
import { json } from './http.mjs';
import { log } from './log.mjs';
import { createCache, createDatabase } from './stores.mjs';

/**
 * The real SQL admin reads the tables once, when it starts, and never again.
 * @param {import('./stores.mjs').Database} database
 */
const reflectTables = (database) =>
  database
    .rows(
      "SELECT string_agg(tablename, ', ' ORDER BY tablename) AS names FROM pg_tables WHERE schemaname = 'public'",
    )
    .then(([row]) => String(row?.names ?? 'none'))
    .catch(() => 'the database did not answer');

/** @param {import('./faults/fault.mjs').Fault | undefined} fault */
async function startSlowly(fault) {
  if (fault?.fault !== 'slow-start') return;
  log.info(`sandbox fault slow-start: listening in ${fault.strength} ms`);
  await delay(fault.strength);
}

/** @param {ReturnType<typeof createAnswers>} answer */
const serve = (answer) =>
  createServer(async (request, response) => {
    const reply = await answer(request).catch((error) => {
      log.error(
        `${request.method} ${request.url}: ${error instanceof Error ? error.message : String(error)}`,
      );
      return json(500, { status: 'error', sandbox: true });
    });
    response.writeHead(reply.status, reply.headers).end(reply.body);
  });

/** @param {string} service @param {import('./catalogue.mjs').Entry} entry */
async function run(service, entry) {
  const database = createDatabase(entry.database);
  const cache = createCache();
  const faults = createFaultStore(cache);
  const control = createControl(faults, Object.keys(CATALOGUE));
  await cache.ready();
  await startSlowly(await faults.read(service));
  /** @type {Record<string, string>} */
  const notes = service === 'sql-admin' ? { 'Tables at start': await reflectTables(database) } : {};
  const allowedHosts = (process.env.ALLOWED_HOSTS ?? '').split(',');
  serve(createAnswers({ service, entry, allowedHosts, database, cache, faults, control, notes })).listen(
    entry.port,
    () => log.info(`sandbox ${service} listens on ${entry.port}`),
  );
  await watchFault(() => faults.read(service));
}

// As process 1 of its container the program gets no default handling of signals.
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));

const service = process.argv[2] ?? '';
const entry = CATALOGUE[service];
if (entry) await run(service, entry);
else {
  log.error(`no such service: "${service}", known are ${Object.keys(CATALOGUE).join(', ')}`);
  process.exitCode = 2;
}
