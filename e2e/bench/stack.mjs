/** The stack both tools apply: 16 services on four levels, each with a health check, all on one tiny image. */
import { stringify } from 'yaml';

const LEVELS = [2, 4, 6, 4];

/**
 * @param {{ project: string, image: string, startIntervalMs: number | null }} options `image` has busybox;
 * `startIntervalMs` needs engine API 1.44
 * @returns {string} a Compose file
 */
export function benchStack({ project, image, startIntervalMs }) {
  /** @type {Record<string, object>} */
  const services = {};
  /** @type {string[]} */
  let previous = [];
  for (const [level, size] of LEVELS.entries()) {
    const names = Array.from({ length: size }, (_, index) => `level${level}-${index}`);
    for (const name of names) services[name] = service(image, previous, startIntervalMs);
    previous = names;
  }
  return stringify({ name: project, services });
}

/**
 * @param {string} image
 * @param {string[]} dependencies
 * @param {number | null} startIntervalMs
 */
function service(image, dependencies, startIntervalMs) {
  return {
    image,
    command: ['sh', '-c', 'mkdir -p /www && echo ok > /www/index.html && exec httpd -f -p 8080 -h /www'],
    stop_signal: 'SIGKILL',
    depends_on: Object.fromEntries(dependencies.map((name) => [name, { condition: 'service_healthy' }])),
    healthcheck: {
      test: ['CMD', 'wget', '-q', '-O', '-', 'http://127.0.0.1:8080/'],
      interval: '1s',
      timeout: '2s',
      retries: 10,
      ...(startIntervalMs === null ? {} : { start_period: '30s', start_interval: `${startIntervalMs}ms` }),
    },
  };
}
