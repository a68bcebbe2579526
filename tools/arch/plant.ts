import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { checkTree } from './check.ts'
import { missedFiles } from './cruise.ts'
import { ROOTS } from './files.ts'

/** A breach put into a scratch copy on purpose: the rule must name the file. */
interface Plant {
  rule: string
  file: string
  text: string
}

const MODULES = 'packages/server/src/modules'
/** Two modules that exist only in the scratch copy; `planted` depends on `grove`, which comes before it. */
const GROVE = `${MODULES}/grove`
const PLANTED = `${MODULES}/planted`

const moduleIndex = (name: string, dependsOn: string[]): string =>
  `import { defineModule } from '../../platform/module.ts'\nexport default defineModule({ name: '${name}', dependsOn: [${dependsOn.map((d) => `'${d}'`)}], migrations: new URL('./migrations/', import.meta.url) })\n`

/** Sound ground for the plants: without them it must raise no complaint. */
const GROUND: Record<string, string> = {
  [`${GROVE}/index.ts`]: moduleIndex('grove', []),
  [`${GROVE}/queries.ts`]: 'export const tree = 1\n',
  [`${GROVE}/migrations/0001-grove.sql`]:
    'create schema grove;\ncreate table grove.tree (id uuid primary key);\ncreate view grove.pub_tree as select id from grove.tree;\n',
  [`${PLANTED}/index.ts`]: `${moduleIndex('planted', ['grove'])}export { count } from './queries.ts'\n`,
  [`${PLANTED}/queries.ts`]: "import { sql } from 'kysely'\nexport const count = sql`select count(*) from grove.pub_tree`\n",
  [`${PLANTED}/migrations/0001-planted.sql`]:
    'create schema planted;\ncreate table planted.leaf (tree_id uuid references grove.tree);\n'
}

const PLANTS: readonly Plant[] = [
  { rule: 'no-circular', file: `${PLANTED}/a.ts`, text: "import { b } from './b.ts'\nexport const a = (): number => b() + 1\n" },
  {
    rule: 'contract-is-pure',
    file: 'packages/contract/src/planted/index.ts',
    text: "import { readFileSync } from 'node:fs'\nexport const text = readFileSync('x')\n"
  },
  {
    rule: 'module-front-door',
    file: `${PLANTED}/window.ts`,
    text: "import { tree } from '../grove/queries.ts'\nexport const seen = tree\n"
  },
  {
    rule: 'server-front-door',
    file: 'packages/server/src/planted.ts',
    text: "import { tree } from './modules/grove/queries.ts'\nexport const seen = tree\n"
  },
  {
    rule: 'web-never-sees-server',
    file: 'packages/console/src/planted.ts',
    text: "import type { Db } from '../../server/src/platform/db.ts'\nexport type X = Db\n"
  },
  {
    rule: 'platform-knows-no-module',
    file: 'packages/server/src/platform/planted.ts',
    text: "import grove from '../modules/grove/index.ts'\nexport const g = grove\n"
  },
  {
    rule: 'domain-is-pure',
    file: `${PLANTED}/domain/files.ts`,
    text: "import { readFileSync } from 'node:fs'\nexport const text = readFileSync('x')\n"
  },
  {
    rule: 'domain-runs-no-sql',
    file: `${PLANTED}/domain/rows.ts`,
    text: "import { count } from '../queries.ts'\nexport const rows = count\n"
  },
  {
    rule: 'only-queries-and-commands-touch-sql',
    file: `${PLANTED}/routes.ts`,
    text: "import { sql } from 'kysely'\nexport const one = sql`select 1`\n"
  },
  { rule: 'no-broken-import', file: `${PLANTED}/nowhere.ts`, text: "import { x } from './gone.ts'\nexport const y = x\n" },
  { rule: 'depends-on', file: `${MODULES}/idle/index.ts`, text: moduleIndex('idle', ['grove']) },
  {
    rule: 'depends-on',
    file: `${MODULES}/secret/index.ts`,
    text: `${moduleIndex('secret', [])}export { default as g } from '../grove/index.ts'\n`
  },
  { rule: 'boot-order', file: `${MODULES}/unlisted/index.ts`, text: moduleIndex('unlisted', []) },
  {
    rule: 'boot-order',
    file: `${MODULES}/early/index.ts`,
    text: `${moduleIndex('early', ['planted'])}export { count } from '../planted/index.ts'\n`
  },
  { rule: 'schema-ownership', file: `${PLANTED}/migrations/0002-steal.sql`, text: 'alter table grove.tree add column x int;\n' },
  { rule: 'schema-ownership', file: `${PLANTED}/migrations/0003-homeless.sql`, text: 'create table leaf (id uuid);\n' },
  {
    rule: 'schema-ownership',
    file: `${PLANTED}/commands.ts`,
    text: "import { sql } from 'kysely'\nexport const w = sql`update grove.tree set id = null`\n"
  },
  {
    rule: 'read-through-pub-views',
    file: `${PLANTED}/queries/raw.ts`,
    text: "import { sql } from 'kysely'\nexport const r = sql`select id from planted.leaf, grove.tree where 'grove.x' <> ''`\n"
  },
  {
    rule: 'read-through-pub-views',
    file: `${PLANTED}/queries/built.ts`,
    text: "export const r = (db: { selectFrom(t: string): unknown }) => db.selectFrom('grove.tree as t')\n"
  },
  {
    rule: 'foreign-key-direction',
    file: `${MODULES}/idle/migrations/0001-idle.sql`,
    text: 'create schema idle;\ncreate table idle.bird (leaf_id uuid references planted.leaf);\n'
  },
  { rule: 'domain-has-no-clock', file: `${PLANTED}/domain/now.ts`, text: 'export const now = (): Date => new Date()\n' },
  { rule: 'domain-has-no-clock', file: `${PLANTED}/domain/ticks.ts`, text: 'export const ticks = (): number => Date.now()\n' },
  {
    rule: 'no-text-in-code',
    file: 'packages/console/src/planted/Page.tsx',
    text: 'export const Page = () => <b>\u6848\u4ef6</b>\n'
  },
  { rule: 'packs-are-data', file: 'scenarios/grove/hook.ts', text: 'export const hook = (): number => 1\n' },
  {
    rule: 'packs-are-data',
    file: `${PLANTED}/favour.ts`,
    text: "export const isFavoured = (pack: { id: string }): boolean => pack.id === 'grove'\n"
  },
  { rule: 'file-length', file: 'packages/server/src/planted-long.ts', text: 'export {}\n'.repeat(501) }
]

/** What must raise no complaint: comments, types that refer to each other, event names that look like tables. */
const SOUND: readonly { file: string; text: string }[] = [
  { file: `${PLANTED}/x.ts`, text: "import type { Y } from './y.ts'\nexport interface X { y: Y }\n" },
  {
    file: `${PLANTED}/y.ts`,
    text: "import type { X } from './x.ts'\nexport interface Y { x: X }\nexport const event = 'grove.tree'\n"
  },
  { file: `${PLANTED}/domain/given.ts`, text: '/** 时间 is given. */\nexport const day = (at: Date): Date => new Date(at)\n' },
  { file: 'packages/console/src/planted/Sound.tsx', text: '// \u6848\u4ef6\nexport const Sound = () => <b>{"case"}</b>\n' },
  { file: `${PLANTED}/even.ts`, text: "export const isOwn = (pack: string): boolean => pack === 'city'\n" },
  { file: `${PLANTED}/b.ts`, text: "import { a } from './a.ts'\nexport const b = (): number => (a === undefined ? 0 : 1)\n" }
]
/** Of the two files of a cycle the cruiser may name either. */
const MAY_COMPLAIN: Record<string, string> = { [`${PLANTED}/b.ts`]: 'no-circular' }

/**
 * Copy the sources, plant a breach of every rule, check the copy, and say which rules failed to notice, or complained of sound code.
 * @param rules every rule there is: one without a plant is a failure too.
 */
export async function proveRules(root: string, rules: readonly string[]): Promise<string[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'chengyun-arch-'))
  try {
    copySources(root, scratch)
    for (const [file, text] of [...Object.entries(GROUND), ...[...PLANTS, ...SOUND].map((p) => [p.file, p.text] as const)])
      put(scratch, file, text)
    listModules(scratch, ['early', 'grove', 'planted', 'idle', 'secret'])
    const { faults, cruised } = await checkTree(scratch)
    const failures: string[] = []
    for (const plant of PLANTS) {
      const bites = faults.some(
        (f) => f.rule === plant.rule && !f.warning && (f.file === plant.file || MAY_COMPLAIN[f.file] === plant.rule)
      )
      if (!bites) failures.push(`${plant.rule} did not notice the breach planted in ${plant.file}`)
    }
    for (const file of [...Object.keys(GROUND), ...SOUND.map((s) => s.file)]) {
      const wrong = faults.find((f) => f.file === file && MAY_COMPLAIN[file] !== f.rule)
      if (wrong) failures.push(`${wrong.rule} complains of sound code: ${file} ${wrong.message}`)
    }
    if (missedFiles(cruised.files, [...cruised.files, 'packages/server/src/unseen.ts']).length !== 1)
      failures.push('every-file-seen did not notice a file that was not looked at')
    if (missedFiles(new Set(), []).length === 0) failures.push('every-file-seen is content with having seen nothing')
    const planted = new Set(['every-file-seen', ...PLANTS.map((p) => p.rule)])
    for (const rule of rules) if (!planted.has(rule)) failures.push(`${rule} has no planted breach in tools/arch/plant.ts`)
    return failures
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function put(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}

const NOT_COPIED = new Set(['node_modules', 'dist', 'public', 'coverage', '.data'])

function copySources(root: string, scratch: string): void {
  for (const folder of ROOTS) {
    if (!existsSync(join(root, folder))) continue
    cpSync(join(root, folder), join(scratch, folder), {
      recursive: true,
      filter: (from) => !NOT_COPIED.has(basename(from)) && !/\.(png|jpe?g|webp|woff2?|geojson|csv|gz)$/.test(from)
    })
  }
  for (const file of ['.dependency-cruiser.cjs', 'package.json']) cpSync(join(root, file), join(scratch, file))
  linkPackages(root, scratch)
}

/** Packages from outside are shared by links; our own lead to the copies. */
function linkPackages(root: string, scratch: string): void {
  const from = join(root, 'node_modules')
  const to = join(scratch, 'node_modules')
  mkdirSync(join(to, '@chengyun'), { recursive: true })
  for (const name of readdirSync(from))
    if (name !== '@chengyun' && !name.startsWith('.')) symlinkSync(join(from, name), join(to, name))
  for (const name of readdirSync(join(from, '@chengyun')))
    symlinkSync(join(scratch, 'packages', name), join(to, '@chengyun', name))
}

function listModules(scratch: string, names: readonly string[]): void {
  const file = join(scratch, 'packages/server/src/modules.ts')
  const text = readFileSync(file, 'utf8')
  writeFileSync(
    file,
    text.replace(
      /(MODULES[^=]*=\s*\[)([\s\S]*?)\]/,
      (_all, open: string, list: string) => `${open}${list.trim() ? `${list}, ` : ''}${names.join(', ')}]`
    )
  )
  appendFileSync(file, names.map((name) => `import ${name} from './modules/${name}/index.ts'\n`).join(''))
}
