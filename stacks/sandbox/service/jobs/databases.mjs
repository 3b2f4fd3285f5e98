/** One-shot: a role and a database for each application, the extensions, and the sandbox's own tables. */
import pg from 'pg';
import { DATABASES, readCredential } from '../credentials.mjs';
import { log } from '../log.mjs';
import { TABLES } from './tables.mjs';

const CONNECT_CEILING_MS = 10_000;

/**
 * @param {string} database
 * @param {(client: import('pg').Client) => Promise<void>} work
 */
async function asAdministrator(database, work) {
  const client = new pg.Client({
    host: 'postgres',
    database,
    user: 'postgres',
    password: readCredential('postgres'),
    connectionTimeoutMillis: CONNECT_CEILING_MS,
    application_name: 'databases',
  });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** @param {import('pg').Client} client @param {string} name */
async function makeDatabase(client, name) {
  const role = client.escapeIdentifier(name);
  const { rows: roles } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  await client.query(
    `${roles.length > 0 ? 'ALTER' : 'CREATE'} ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(readCredential(name))}`,
  );
  const { rows: databases } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (databases.length === 0) await client.query(`CREATE DATABASE ${role} OWNER ${role}`);
}

await asAdministrator('postgres', async (client) => {
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  for (const name of DATABASES) await makeDatabase(client, name);
});
await asAdministrator('bizosaas', async (client) => {
  await client.query('CREATE EXTENSION IF NOT EXISTS vector');
  await client.query(TABLES);
});
log.info(`databases: ${DATABASES.join(', ')} are in place`);
