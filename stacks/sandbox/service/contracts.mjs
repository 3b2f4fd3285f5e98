/**
 * How each service answers about its health: the shapes and the traps of the real ones, over the real
 * database and cache. `truth` asks; `lie` is what the same service says in a 200 when its database is down.
 */
import { askNeighbour, json, text } from './http.mjs';

/** @typedef {import('./http.mjs').Answer} Answer */
/** @typedef {{ database: () => Promise<boolean>, cache: () => Promise<boolean>, body: string }} Facts */
/** @typedef {{ method?: string, path: string, truth: (facts: Facts) => Promise<Answer>, lie: () => Answer }} Route */

const VERSION = 'sandbox-1';

/** @param {boolean} up */
const connection = (up) => (up ? 'connected' : 'disconnected');
/** @param {boolean} up */
const component = (up) => (up ? 'healthy' : 'unhealthy');

/** @param {boolean} database @param {boolean} cache */
const statusOf = (database, cache) => (database ? (cache ? 'healthy' : 'degraded') : 'unhealthy');

/** @param {Record<string, unknown>} report */
const honest = (report) => json(report.status === 'unhealthy' ? 503 : 200, report);

/**
 * The commonest contract: 503 without the database, degraded with 200 without the cache.
 * @param {string} path
 * @param {(database: boolean, cache: boolean) => Record<string, unknown>} report
 * @returns {Route}
 */
const overStores = (path, report) => ({
  path,
  truth: async ({ database, cache }) => honest(report(...(await Promise.all([database(), cache()])))),
  lie: () => json(200, report(false, true)),
});

/**
 * @param {string} path
 * @param {Answer} answer
 * @param {Answer} lie
 * @returns {Route}
 */
const constant = (path, answer, lie = answer) => ({ path, truth: async () => answer, lie: () => lie });

const centralHub = overStores('/health', (database, cache) => ({
  status: statusOf(database, cache),
  service: 'brain-gateway',
  version: VERSION,
  components: { database: component(database), cache: component(cache) },
  sandbox: true,
}));

const auth = overStores('/health', (database, cache) => ({
  service: 'auth-service',
  version: VERSION,
  status: statusOf(database, cache),
  database: connection(database),
  redis: connection(cache),
  sandbox: true,
}));

const wagtail = overStores('/health/', (database, cache) => ({
  status: statusOf(database, cache),
  service: 'wagtail-cms',
  database: connection(database),
  cache: connection(cache),
  sandbox: true,
}));

const aiAgentsReady = overStores('/ready', (database, cache) => ({
  status: database && cache ? 'ready' : 'unhealthy',
  service: 'ai-agents',
  checks: { database: connection(database), redis: connection(cache) },
  sandbox: true,
}));

const aiAgentsHealth = constant(
  '/health',
  json(200, { status: 'healthy', service: 'ai-agents', sandbox: true }),
);

/** @param {boolean} database */
const temporalReport = (database) => ({
  status: component(database),
  service: 'temporal-integration',
  temporal_connected: database,
  sandbox: true,
});

/** @type {Route} */
const temporal = {
  path: '/health',
  truth: async ({ database }) => honest(temporalReport(await database())),
  lie: () => json(200, temporalReport(false)),
};

/** @param {boolean} database */
const sqlAdminReport = (database) => ({
  status: component(database),
  service: 'sqladmin-dashboard',
  database_status: connection(database),
  sandbox: true,
});

/** Answers 200 whether healthy or not, as the real one does. @type {Route} */
const sqlAdmin = {
  path: '/health',
  truth: async ({ database }) => json(200, sqlAdminReport(await database())),
  lie: () => json(200, sqlAdminReport(false)),
};

const SHOP = { name: 'Sandbox shop', __typename: 'Shop' };
const shopError = json(200, { errors: [{ message: 'connection to the database failed' }], data: null });

/** GraphQL reports its errors in a 200, so only the body proves the database. @type {Route} */
const saleorGraphql = {
  method: 'POST',
  path: '/graphql/',
  truth: async ({ database, body }) => {
    if (!/\bshop\b/.test(body))
      return json(400, { errors: [{ message: 'only { shop { name } } is known here' }] });
    return (await database()) ? json(200, { data: { shop: SHOP } }) : shopError;
  },
  lie: () => shopError,
};

const saleorHealth = constant('/health/', text(200, ''));

const superset = constant('/health', text(200, 'OK'), text(200, 'database is down'));

/** @param {boolean} database */
const hubReport = (database) => ({ status: component(database), service: 'brain-gateway', sandbox: true });

/** The hub's answer passed on: red when the hub is down, whatever the portal's own state. @type {Route} */
const clientPortal = {
  path: '/api/health',
  truth: async () => {
    const hub = await askNeighbour('http://central-hub:8001/health');
    return hub ? { ...json(hub.status, null), body: hub.body } : json(502, hubReport(false));
  },
  lie: () => json(200, hubReport(false)),
};

/** @param {string} service @param {string} status */
const frontReport = (service, status) => ({
  status,
  service,
  uptime: process.uptime(),
  memory: process.memoryUsage(),
  sandbox: true,
});

/** Says healthy for as long as it runs, as the real ones do. @param {string} service @returns {Route} */
const front = (service) => ({
  path: '/api/health',
  truth: async () => json(200, frontReport(service, 'healthy')),
  lie: () => json(200, frontReport(service, 'unhealthy')),
});

/** @param {boolean} connected */
const analyticsReport = (connected) => ({
  status: 'healthy',
  service: 'analytics-dashboard',
  superset_connection: connection(connected),
  sandbox: true,
});

/** The status is a constant; only superset_connection says anything. @type {Route} */
const analytics = {
  path: '/health',
  truth: async () => {
    const reply = await askNeighbour('http://superset:8088/health');
    return json(200, analyticsReport(reply?.status === 200 && reply.body === 'OK'));
  },
  lie: () => json(200, analyticsReport(false)),
};

/** @type {Record<string, Route[]>} */
const ROUTES = {
  'central-hub': [centralHub],
  auth: [auth],
  'ai-agents': [aiAgentsReady, aiAgentsHealth],
  saleor: [saleorGraphql, saleorHealth],
  temporal: [temporal],
  'sql-admin': [sqlAdmin],
  wagtail: [wagtail],
  superset: [superset],
  'client-portal': [clientPortal],
  bizoholic: [front('bizoholic-frontend')],
  coreldove: [front('coreldove-frontend')],
  'bizosaas-admin': [front('bizosaas-admin')],
  'analytics-dashboard': [analytics],
};

/**
 * The directory has none: its page is all there is to ask.
 * @param {string} service
 */
export const routesOf = (service) => ROUTES[service] ?? [];
