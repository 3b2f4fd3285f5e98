/** The 14 services this program speaks for: titles, inner ports, databases, admin pages. */

/**
 * @typedef {object} Entry
 * @property {string} title
 * @property {number} port the port inside the container
 * @property {string} database
 * @property {string[]} pages paths besides `/` that show a page
 * @property {string} [framing] the X-Frame-Options of the real one's pages
 */

/** @type {Record<string, Entry>} */
export const CATALOGUE = {
  'central-hub': { title: 'Central hub', port: 8001, database: 'bizosaas', pages: [] },
  auth: { title: 'Auth', port: 8007, database: 'bizosaas', pages: [] },
  'ai-agents': { title: 'AI agents', port: 8002, database: 'bizosaas', pages: [] },
  saleor: { title: 'Saleor', port: 8000, database: 'saleor', pages: ['/dashboard/'] },
  temporal: { title: 'Temporal', port: 8009, database: 'temporal', pages: [] },
  'sql-admin': { title: 'SQL admin', port: 8005, database: 'bizosaas', pages: ['/admin'] },
  wagtail: { title: 'Wagtail', port: 4000, database: 'wagtail', pages: ['/admin/'], framing: 'DENY' },
  superset: {
    title: 'Superset',
    port: 8088,
    database: 'superset',
    pages: ['/superset/welcome/', '/login/'],
    framing: 'SAMEORIGIN',
  },
  'client-portal': {
    title: 'Client portal',
    port: 3000,
    database: 'bizosaas',
    pages: ['/login'],
    framing: 'DENY',
  },
  bizoholic: { title: 'Bizoholic', port: 3000, database: 'bizosaas', pages: [] },
  coreldove: { title: 'CorelDove', port: 3000, database: 'bizosaas', pages: [] },
  'bizosaas-admin': {
    title: 'BizOSaaS admin',
    port: 3000,
    database: 'bizosaas',
    pages: ['/tenants', '/login'],
    framing: 'DENY',
  },
  'business-directory': { title: 'Business directory', port: 3004, database: 'bizosaas', pages: [] },
  'analytics-dashboard': { title: 'Analytics dashboard', port: 3009, database: 'bizosaas', pages: [] },
};
