const technology = (name, packages, allowed) => ({
  name: `one-door-for-${name}`,
  comment: `Only ${allowed} may know ${packages}: replacing it means changing one place.`,
  severity: 'error',
  from: { pathNot: [allowed, '\\.test\\.ts$', '^(testing|bench|embedded)/', '^db/generate-tables'] },
  to: { path: `node_modules/(${packages})/` },
})

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'subgraphs-are-strangers',
      comment: 'Subgraphs meet only in the supergraph.',
      severity: 'error',
      from: { path: '^subgraphs/([^/]+)/' },
      to: { path: '^subgraphs/', pathNot: '^subgraphs/$1/' },
    },
    {
      name: 'edges-own-no-data',
      comment: 'The gateway and the REST adapter know neither tables nor subgraphs.',
      severity: 'error',
      from: { path: '^(gateway|rest-adapter)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(db|subgraphs|embedded)/|node_modules/(kysely|pg|minio|argon2|fluent-ffmpeg)/' },
    },
    {
      name: 'the-rest-adapter-caches-nothing',
      comment: 'It presents what the graph answers; what is cached for both entrances stands behind the gateway.',
      severity: 'error',
      from: { path: '^rest-adapter/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^platform/caching/|node_modules/(lru-cache|dataloader|ioredis)/',
      },
    },
    {
      name: 'resolvers-speak-through-context',
      comment: 'A resolver knows no technology.',
      severity: 'error',
      from: { path: '(resolvers|references)\\.ts$' },
      to: { path: 'node_modules/(kysely|pg|ioredis|minio|fluent-ffmpeg|argon2|jsonwebtoken)/|^db/' },
    },
    {
      name: 'platform-knows-no-domain',
      comment: 'The ground carries every floor and leans on none.',
      severity: 'error',
      from: { path: '^platform/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(subgraphs|gateway|rest-adapter|start|testing|embedded|db|bench)/' },
    },
    {
      name: 'subgraphs-know-no-edge',
      comment: 'Imports go downward only.',
      severity: 'error',
      from: { path: '^subgraphs/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(gateway|rest-adapter|start|testing|embedded|bench)/' },
    },
    technology('postgres-driver', 'pg', '^(platform/postgres/(database|lost-connections)|db/(migrate|grants))\\.ts$'),
    technology('redis', 'ioredis', '^platform/redis/(client|broadcast)\\.ts$'),
    technology('object-store', 'minio', '^platform/storage/(object-store|multipart-uploads)\\.ts$'),
    technology('password-hashing', 'argon2', '^subgraphs/user/accounts/passwords\\.ts$'),
    technology('access-tokens', 'jsonwebtoken', '^platform/auth/access-token\\.ts$'),
    technology('job-queue', 'graphile-worker', '^(subgraphs/video/jobs/queue|db/migrate)\\.ts$'),
    technology('placeholders', 'thumbhash', '^subgraphs/video/covers/placeholder\\.ts$'),
    technology('chinese-characters', 'opencc-js', '^platform/text/word-filter/folding\\.ts$'),
    technology('confusable-characters', 'unhomoglyph', '^subgraphs/user/accounts/folded-names\\.ts$'),
    technology('ffmpeg', 'fluent-ffmpeg', '^subgraphs/video/media/ffmpeg\\.ts$'),
    {
      name: 'no-cycles',
      comment: 'What depends on itself cannot be read from any end.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'tests-stay-out',
      comment: 'Nothing that runs in production imports a test or its tools.',
      severity: 'error',
      from: { pathNot: ['\\.test\\.ts$', '^(testing|bench)/', '^vitest\\.config'] },
      to: { path: ['\\.test\\.ts$', '^(testing|bench)/'] },
    },
    {
      name: 'no-development-tools-in-production',
      comment: 'What production imports must be installed there.',
      severity: 'error',
      from: {
        pathNot: [
          '\\.test\\.ts$',
          '^(testing|bench)/',
          '^(vitest|eslint)\\.config',
          '^schema/.*\\.ts$',
          '^db/generate-tables\\.ts$',
        ],
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.data|node_modules/\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
