/** Who may import whom: one rule for each row of the import table of the architecture, and no cycle anywhere. */
const SPEC = String.raw`\.(spec|fixture)\.tsx?$`;
const DRIVERS =
  'node_modules/(dockerode|protobufjs|ssh2|pg|ioredis|conf|electron-log|env-paths|libsql|electron)/';
/** What a service room shows to the others, besides its face. */
const SERVICE_FACES = String.raw`^main/services/([^/]+/(face|model|extension|engine|host-session)\.ts|[^/]+\.ts|stacks/compose-file/model\.ts|hosts/ssh/face\.ts)$`;

/** @param {string} name @param {object} from @param {object} to */
const never = (name, from, to) => ({ name, severity: 'error', from: { pathNot: SPEC, ...from }, to });

module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      // The sandbox's service finds its packages in its image.
      from: { pathNot: '^stacks/sandbox/service/' },
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },

    never(
      'contract-only-schemas',
      { path: '^preload/contract/' },
      {
        pathNot: ['^preload/contract/', 'node_modules/zod/', 'node_modules/@orpc/contract/'],
      },
    ),
    never(
      'preload-only-electron-and-channels',
      { path: '^preload/[^/]+$' },
      {
        pathNot: ['^preload/channels\\.ts$', 'node_modules/electron/', '^electron$'],
        dependencyTypesNot: ['type-only'],
      },
    ),

    never(
      'renderer-no-main-no-node',
      { path: '^renderer/' },
      {
        path: ['^main/', '^preload/index', 'node_modules/electron/', '^electron$', '^e2e/', '^stacks/'],
      },
    ),
    never('renderer-no-node-modules-of-node', { path: '^renderer/' }, { dependencyTypes: ['core'] }),
    never(
      'ui-and-lib-know-no-application',
      { path: '^renderer/(ui|lib)/' },
      {
        path: ['^renderer/(rpc|features|app)/', 'node_modules/@orpc/'],
      },
    ),
    never(
      'feature-not-into-feature',
      { path: '^renderer/features/([^/]+)/' },
      {
        path: '^renderer/features/',
        pathNot: '^renderer/features/$1/',
      },
    ),
    never('feature-not-into-app', { path: '^renderer/features/' }, { path: '^renderer/app/' }),
    never(
      'orpc-client-only-in-rpc',
      { path: '^renderer/', pathNot: ['^renderer/rpc/', SPEC] },
      {
        path: 'node_modules/@orpc/',
      },
    ),

    never(
      'services-no-shell-no-driver',
      { path: '^main/services/' },
      {
        path: [
          '^main/(rpc|adapters|app|security|console|index|cli|desktop)',
          DRIVERS,
          '^electron$',
          'node_modules/@orpc/',
        ],
      },
    ),
    never(
      'services-only-faces-of-others',
      { path: '^main/services/([^/]+)/' },
      {
        path: '^main/services/[^/]+/',
        pathNot: ['^main/services/$1/', SERVICE_FACES],
      },
    ),
    never(
      'adapter-not-into-adapter',
      { path: '^main/adapters/([^/]+)' },
      {
        path: '^main/adapters/',
        // engine-api is the engine's driver (our own, in dockerode's place), which each kind of host session uses.
        pathNot: ['^main/adapters/$1(/|\\.ts$)', '^main/adapters/(engine-api|dockerode)/'],
      },
    ),
    never(
      'dockerode-only-for-builds',
      {
        path: '^main/',
        pathNot: ['^main/adapters/dockerode/', '^main/adapters/engine-api/build\\.ts$', SPEC],
      },
      { path: ['^main/adapters/dockerode/', 'node_modules/(dockerode|protobufjs)/'] },
    ),
    never(
      'dockerode-not-into-host-sessions',
      { path: '^main/adapters/(engine-api|dockerode)/' },
      { path: '^main/adapters/', pathNot: '^main/adapters/(engine-api|dockerode)/' },
    ),
    never(
      'engine-api-only-for-host-sessions',
      { path: '^main/adapters/', pathNot: ['^main/adapters/(engine-api|dockerode|local|ssh)/', SPEC] },
      { path: '^main/adapters/engine-api/' },
    ),
    never(
      'adapters-only-ports',
      { path: '^main/adapters/' },
      {
        path: '^main/',
        pathNot: [
          '^main/adapters/',
          '^main/(streams|words)/',
          '^main/(desktop|platform)\\.ts$',
          SERVICE_FACES,
        ],
      },
    ),
    never(
      'driver-only-in-its-adapter',
      { path: '^(main|renderer|preload)/', pathNot: ['^main/adapters/', SPEC] },
      {
        path: 'node_modules/(ssh2|pg|ioredis|conf|electron-log|libsql)/',
      },
    ),
    never(
      'streams-are-pure',
      { path: '^main/streams/' },
      {
        path: '^(main|renderer|preload)/',
        pathNot: ['^main/streams/', '^preload/contract/', '^main/services/errors\\.ts$'],
      },
    ),

    never('words-are-pure', { path: '^main/words/' }, { pathNot: '^main/words/' }),

    never(
      'rpc-only-interfaces',
      { path: '^main/rpc/' },
      {
        path: ['^main/(adapters|app|security|index|cli)', 'node_modules/electron/', '^electron$', DRIVERS],
        dependencyTypesNot: ['type-only'],
      },
    ),
    never(
      'rpc-no-service-values',
      { path: '^main/rpc/' },
      {
        path: '^main/services/',
        pathNot: SERVICE_FACES,
      },
    ),
    never(
      'console-without-electron',
      { path: '^main/console\\.ts$' },
      {
        path: [
          '^main/(app|security|index|cli)',
          '^main/adapters/electron',
          'node_modules/electron/',
          '^electron$',
        ],
      },
    ),
    never(
      'index-no-driver-no-service',
      { path: '^main/index\\.ts$' },
      { path: ['^main/services/', DRIVERS.replace('|electron)', ')')] },
    ),
    never(
      'electron-only-in-the-shell',
      {
        path: '^(main|renderer)/',
        pathNot: ['^main/index\\.ts$', '^main/(app|security)/', '^main/adapters/electron', SPEC],
      },
      { path: ['node_modules/electron/', '^electron$'], dependencyTypesNot: ['type-only'] },
    ),
    never('nothing-imports-tests', { path: '^(main|renderer|preload)/' }, { path: ['^e2e/', SPEC] }),
    never(
      'bootstrap-stands-alone',
      { path: '^main/bootstrap/.*\\.mjs$' },
      {
        pathNot: '^main/bootstrap/',
        dependencyTypesNot: ['core'],
      },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', '^out/', '^\\.cache/', '\\.(css|svg)$'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.d.ts', '.json'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
