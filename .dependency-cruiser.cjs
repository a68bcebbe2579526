/**
 * The architecture, as a failing build. Every rule says why, and tools/check-arch.ts proves that each of them still bites. The parser
 * must be swc: with TypeScript 7 the default one sees no modules and calls that success.
 */
const SERVER = '^packages/server/src/'
const M = `${SERVER}modules/`
const TESTS = '\\.(test|testing)\\.tsx?$'

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'Files that need each other are one file. (Types may refer to each other.)',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }
    },
    {
      name: 'contract-is-pure',
      severity: 'error',
      comment: 'The contract runs in browsers and servers: typebox and itself only.',
      from: { path: '^packages/contract/src/', pathNot: TESTS },
      to: { pathNot: '^packages/contract/src/|/typebox/' }
    },
    {
      name: 'module-front-door',
      severity: 'error',
      comment: 'Others come into a module through its index.ts (or the ports.ts it offers to be filled).',
      from: { path: `${M}([^/]+)/`, pathNot: TESTS },
      to: { path: `${M}(?!$1/)[^/]+/`, pathNot: `${M}[^/]+/(index|ports)\\.ts$` }
    },
    {
      name: 'server-front-door',
      severity: 'error',
      comment: 'The program around the modules (start, cli, import) uses what their index.ts offers, like any other module.',
      from: { path: SERVER, pathNot: `${M}|${SERVER}platform/|${TESTS}` },
      to: { path: `${M}[^/]+/`, pathNot: `${M}[^/]+/(index|ports)\\.ts$` }
    },
    {
      name: 'web-never-sees-server',
      severity: 'error',
      comment: 'Browsers get schemas, never code that ran near SQL.',
      from: { path: '^packages/(ui|console|field|citizen)/' },
      to: { path: '^packages/server/|/node_modules/@chengyun/server' }
    },
    {
      name: 'platform-knows-no-module',
      severity: 'error',
      comment: 'The floor does not know the furniture.',
      from: { path: `${SERVER}platform/`, pathNot: `${TESTS}|/platform/testing[^/]*\\.ts$|/platform/db/test-[^/]+\\.ts$` },
      to: { path: M }
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'domain/ has no SQL, no HTTP, no files, no clock: it is where the unit tests live.',
      from: { path: `${M}[^/]+/domain/`, pathNot: TESTS },
      to: {
        path: '/kysely/|/pg/|/fastify/|/@fastify/|/platform/(?!errors\\.ts|ids\\.ts)|^(node:)?(fs|fs/promises|http|https|net|tls|dgram|dns|child_process|cluster|worker_threads|os|process|timers|timers/promises)$'
      }
    },
    {
      name: 'domain-runs-no-sql',
      severity: 'error',
      comment: 'domain/ decides on what it is given; it may know the shape of a row, but runs nothing that reads or writes one.',
      from: { path: `${M}[^/]+/domain/`, pathNot: TESTS },
      to: { path: `${M}[^/]+/(queries|commands|tables|routes|jobs|listeners)(/|\\.ts$)`, dependencyTypesNot: ['type-only'] }
    },
    {
      name: 'only-queries-and-commands-touch-sql',
      severity: 'error',
      comment: 'SQL stands in queries, commands, tables and jobs, so that it can be reviewed.',
      from: { path: `${M}[^/]+/`, pathNot: `${M}[^/]+/(queries|commands|tables|jobs)(/.*|[^/]*\\.ts)$|${TESTS}` },
      to: {
        path: '/node_modules/(kysely|pg|pg-cursor|pg-copy-streams|@types/pg)/|^node_modules/(kysely|pg|pg-cursor|pg-copy-streams|@types/pg)/'
      }
    }
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^packages/[^/]+/(dist|public|\\.data)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs', '.json']
    }
  }
}
