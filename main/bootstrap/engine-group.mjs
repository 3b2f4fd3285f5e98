/** The engine's socket belongs to a group. A plain user is let in by joining it; a session older than that gets the group from sg. */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { handOver } from './command.mjs';
import { carryOut } from './consent.mjs';
import { onPath } from './environment.mjs';

const GROUP = 'docker';
/** Set for the run inside the group, so that a socket which still refuses is not tried in a circle. */
const JOINED = 'BIZOSAAS_START_IN_GROUP';

/** @param {import('./engine-find.mjs').EngineSearch} search */
export function isRefused({ found, failed }) {
  return !found && failed.some(({ reason }) => reason.includes('EACCES'));
}

export function runsInGroup(environment = process.env) {
  return environment[JOINED] === GROUP;
}

/**
 * @param {import('./environment.mjs').Machine} machine
 * @returns {import('./consent.mjs').Command[]} What lets this user in once the engine's package has made its group.
 */
export function joinCommands(machine, user = os.userInfo().username) {
  return machine.root ? [] : [{ program: 'usermod', parameters: ['-aG', GROUP, user] }];
}

/**
 * @param {string} groups The text of /etc/group.
 * @param {string} user
 */
export function isListed(groups, user) {
  const members = groups
    .split('\n')
    .find((line) => line.startsWith(`${GROUP}:`))
    ?.split(':')[3];
  return members?.split(',').includes(user) ?? false;
}

function isMember() {
  return isListed(readFileSync('/etc/group', 'utf8'), os.userInfo().username);
}

/**
 * Does not return where the group could be had: the same command runs again inside it, and this process ends with its code.
 * @param {import('./environment.mjs').Machine} machine
 * @param {import('./report.mjs').Report} report
 */
export async function enterGroup(machine, report) {
  if (!isMember()) {
    const why = `This user may not use the engine. Members of the ${GROUP} group may, which equals root on this machine:`;
    if (!(await carryOut({ why, commands: joinCommands(machine) }, machine, report))) return;
  }
  if (runsInGroup() || !onPath('sg')) {
    report.say(`  This session does not have the ${GROUP} group yet. Sign in again, then: npm start`);
    return;
  }
  report.say(
    `  This session is older than its membership of the ${GROUP} group; going on through: sg ${GROUP}`,
  );
  process.exit(await againInGroup());
}

function againInGroup() {
  const words = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const command = `exec ${words.map(quoted).join(' ')}`;
  // Ctrl+C reaches the inner run as well, and that one decides when all is ended.
  process.on('SIGINT', () => {});
  return handOver('sg', [GROUP, '-c', command], { env: { ...process.env, [JOINED]: GROUP } });
}

/** @param {string} word For a POSIX shell. */
export function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
