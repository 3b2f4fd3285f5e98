/** The passwords that the credentials job made, one file for each role, in a volume of their own. */
import { readFileSync } from 'node:fs';

export const CREDENTIALS_DIRECTORY = '/run/credentials';

/** One database and one role for each application: two Django programs in one would collide. */
export const DATABASES = ['bizosaas', 'saleor', 'superset', 'temporal', 'wagtail'];

/** Every password the sandbox knows: the two stores' own and one for each database role. */
export const CREDENTIALS = ['postgres', 'redis', ...DATABASES];

/**
 * @param {string} role
 * @returns {string}
 * @throws when the credentials job has not run
 */
export const readCredential = (role) => readFileSync(`${CREDENTIALS_DIRECTORY}/${role}`, 'utf8').trim();
