/**
 * Records what the real `docker compose config` makes of every fixture of the Compose room, next to it. The YAML
 * form is read, not the JSON one: that leaves out extensions and prints defaults of its Go types. Usage: node e2e/support/record-compose-reference.mjs PATH_TO_DOCKER_COMPOSE_V2
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const fixtures = path.resolve(import.meta.dirname, '../../main/services/stacks/compose-file/fixtures/valid');

/**
 * @typedef {{ files?: string[], profiles?: string[], environment?: Record<string, string>, envFiles?: string[], project?: string }} Fixture
 */

/** @param {string} directory @returns {Fixture} */
function fixtureOf(directory) {
  const file = path.join(directory, 'fixture.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** @param {string} compose @param {string} directory */
function record(compose, directory) {
  const {
    files = ['compose.yaml'],
    profiles = [],
    environment = {},
    envFiles = [],
    project,
  } = fixtureOf(directory);
  const args = [
    ...files.flatMap((file) => ['-f', file]),
    ...profiles.flatMap((profile) => ['--profile', profile]),
    ...envFiles.flatMap((file) => ['--env-file', file]),
    ...(project ? ['-p', project] : []),
    'config',
  ];
  const text = execFileSync(compose, args, {
    cwd: directory,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: '/home/fixture', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const reference = JSON.stringify(parse(text), null, 2)
    .replaceAll(directory, '<fixture>')
    .replaceAll(path.dirname(directory), '<fixtures>');
  writeFileSync(path.join(directory, 'reference.json'), `${reference}\n`);
}

const [compose = 'docker-compose'] = process.argv.slice(2);
const version = execFileSync(compose, ['version', '--short'], { encoding: 'utf8' }).trim();
const failed = [];
for (const name of readdirSync(fixtures).sort()) {
  try {
    record(compose, path.join(fixtures, name));
  } catch (error) {
    failed.push(`${name}: ${error instanceof Error && 'stderr' in error ? error.stderr : error}`);
  }
}
writeFileSync(path.join(fixtures, '..', 'reference-version.txt'), `docker compose ${version}\n`);
process.stdout.write(
  `${readdirSync(fixtures).length - failed.length} recorded with docker compose ${version}\n`,
);
if (failed.length > 0) {
  process.stderr.write(`${failed.join('\n')}\n`);
  process.exitCode = 1;
}
