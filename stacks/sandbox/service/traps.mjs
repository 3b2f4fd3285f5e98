/** What the real auth service and the real Wagtail do to a request before they look at its path. */
import { json, text } from './http.mjs';

/** @param {import('node:http').IncomingMessage} request */
const hostOf = (request) => (request.headers.host ?? '').replace(/:\d+$/, '');

/** @typedef {(request: import('node:http').IncomingMessage, path: string) => import('./http.mjs').Answer | undefined} Trap */

/**
 * @param {string[]} allowed
 * @param {import('./http.mjs').Answer} refusal
 * @returns {Trap}
 */
const trustedHost = (allowed, refusal) => (request) =>
  allowed.includes(hostOf(request)) ? undefined : refusal;

/** Only the health route redirects: nothing here ends TLS, so a page would be lost behind it. @type {Trap} */
const redirectToHttps = (request, path) =>
  path !== '/health/' || request.headers['x-forwarded-proto'] === 'https'
    ? undefined
    : { ...text(301, ''), headers: { location: `https://${hostOf(request)}${path}` } };

/**
 * @param {string} service
 * @param {string[]} allowedHosts
 * @returns {Trap[]}
 */
export function trapsOf(service, allowedHosts) {
  if (service === 'auth') return [trustedHost(allowedHosts, text(400, 'Invalid host header'))];
  if (service === 'wagtail')
    return [trustedHost(allowedHosts, json(404, { detail: 'Not Found' })), redirectToHttps];
  return [];
}
