import { mkdir, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { PACK_ACTS, type PackAct } from '@chengyun/contract/scenarios'
import { scaffoldPack } from '@chengyun/scenario-kit/packs'
import { readRegisters } from '../city/registers.ts'
import { KERNEL, listOffers, PLATFORM, packFolder } from '../modules/scenarios/index.ts'
import { MODULES } from '../modules.ts'
import { visitDatabase } from '../platform/db/open.ts'
import { readSettings } from '../platform/settings.ts'
import type { CliCommand } from './index.ts'
import { databaseShelf, type PackAsked, type Shelf, serverShelf } from './pack-shelf.ts'
import { ACCOUNT_HELP, accountOf } from './server.ts'

const HELP = `chengyun pack <list|new|check|plan|install|upgrade|disable|enable|uninstall|registers> …

  list                     packs that are offered and installed
  new ID                   a pack to begin with, in the folder of packs [--name-zh TEXT --name-en TEXT --in DIR]
  check [ID|DIR]           everything that is wrong with a pack, or with all; needs no server
  plan ID                  what installing or upgrading would do; of another act with --act ACT
  install ID, upgrade ID   [--demo: with items, streams and history of the demonstration; --scale N]
  disable ID, enable ID    rules rest and pages are hidden; everything is kept
  uninstall ID             takes back what nobody else uses. Data that would be lost: --keep (retired, readable) or --purge (gone)
  registers                registers there are, with their attributes

  ${ACCOUNT_HELP}
  --json                   the answer as JSON

Packs lie in the folder CHENGYUN_SCENARIOS, else in that of the platform. Without --url the command works on DATABASE_URL, or on the embedded database of
CHENGYUN_DATA. Exit code: 0 done, 1 refused or faulty, 2 wrong arguments.
`

const OPTIONS = {
  'name-zh': { type: 'string' },
  'name-en': { type: 'string' },
  in: { type: 'string' },
  act: { type: 'string' },
  demo: { type: 'boolean', default: false },
  scale: { type: 'string' },
  keep: { type: 'boolean', default: false },
  purge: { type: 'boolean', default: false },
  url: { type: 'string' },
  username: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false }
} as const
export type PackValues = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values']

const VERBS = ['list', 'new', 'check', 'plan', 'registers', ...PACK_ACTS]
const NAMELESS = ['list', 'check', 'registers']
const out = (line: string): void => void process.stdout.write(`${line}\n`)
const wrong = (line: string): number => {
  process.stderr.write(`${line}\n`)
  return 2
}

/** `chengyun pack`: scenario packs, from the machine itself or through a server. */
export const pack: CliCommand = {
  name: 'pack',
  summary: 'make, check, install, upgrade and remove scenario packs',
  async run(argv) {
    const { values, positionals } = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true })
    const [verb, id] = positionals
    if (values.help || verb === undefined) {
      process.stdout.write(HELP)
      return values.help ? 0 : 2
    }
    if (!VERBS.includes(verb)) return wrong(`There is no chengyun pack ${verb}\n\n${HELP}`)
    if (id === undefined && !NAMELESS.includes(verb)) return wrong(`chengyun pack ${verb}: which pack?\n\n${HELP}`)
    if (values.keep && values.purge) return wrong('Either --keep or --purge')
    const settings = readSettings(
      process.env,
      MODULES.flatMap((m) => (m.settings ? [m.settings] : []))
    )
    const root = packFolder(settings)
    if (verb === 'new') return makePack(id!, values.in ?? root, values)
    if (verb === 'check') return checkPacks(id, root, values.json)
    if (verb === 'registers' && !values.url && !(await hasDatabase(settings)))
      return tellRegisters(await readRegisters(), values.json)
    let close = async (): Promise<void> => undefined
    try {
      let shelf: Shelf
      if (values.url) shelf = await serverShelf(values.url, accountOf(values.username, settings))
      else {
        const database = await visitDatabase({ databaseUrl: settings.DATABASE_URL, dataDir: settings.CHENGYUN_DATA, poolSize: 4 })
        close = () => database.close()
        shelf = databaseShelf(database.db, root)
      }
      return await act(shelf, verb, id ?? '', values)
    } finally {
      await close()
    }
  }
}

const hasDatabase = async (settings: { DATABASE_URL?: unknown; CHENGYUN_DATA?: string }): Promise<boolean> =>
  settings.DATABASE_URL !== undefined || (await stat(settings.CHENGYUN_DATA ?? '').catch(() => null)) !== null

async function makePack(id: string, folder: string, values: PackValues): Promise<number> {
  if (!/^[a-z][a-z0-9-]{1,39}$/.test(id))
    return wrong('An id is 2 to 40 small letters, digits and hyphens, beginning with a letter')
  const root = resolve(folder, id)
  if (await stat(root).catch(() => null)) return wrong(`${root} is there already`)
  const files = scaffoldPack({ id, platform: PLATFORM, zh: values['name-zh'], en: values['name-en'] })
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  out(`${root}: ${files.size} files. Next: chengyun pack check ${id}`)
  return 0
}

/** Checks a pack of the folder, one in a folder of its own, or all; against the registers of the platform and the other packs beside it. */
async function checkPacks(which: string | undefined, root: string, json: boolean): Promise<number> {
  const path = which !== undefined && (which.includes('/') || which.startsWith('.')) ? resolve(which) : null
  const registers = (await readRegisters()).map((declaration) => ({ declaration, origin: 'platform' }))
  const offers = await listOffers(path ? dirname(path) : root, { modules: KERNEL, registers })
  const beside = path && dirname(path) !== resolve(root) ? await listOffers(root, { modules: KERNEL, registers }) : []
  const id = path ? basename(path) : which
  const meant = id === undefined ? offers : offers.filter((o) => o.id === id)
  if (meant.length === 0) return wrong(`There is no pack ${id ?? ''} in ${path ? dirname(path) : root}`)
  if (json)
    out(
      JSON.stringify(
        meant.map(({ id: name, faults }) => ({ id: name, faults })),
        null,
        2
      )
    )
  else
    for (const o of meant) {
      for (const f of o.faults) out(`${o.id}/${f.file}${f.path}: ${f.en} (${f.zh})`)
      const p = o.pack
      if (p)
        out(
          `${o.id} ${p.scenario.version}: sound; ${p.quality.tier}; ${p.rules.length} rules, ${p.tests.size} tests, ${p.indicators.length} figures, ${p.pages.length} pages`
        )
    }
  if (beside.some((o) => o.id === id)) out(`A pack ${id} comes with the platform: this one would take its place.`)
  return meant.every((o) => o.pack) ? 0 : 1
}

function tellRegisters(list: Awaited<ReturnType<Shelf['registers']>>, json: boolean): number {
  if (json) out(JSON.stringify(list, null, 2))
  else
    for (const d of list)
      out(`${d.id.padEnd(24)} ${d.name.zh} ${d.name.en}: ${d.attributes.map((a) => `${a.key} (${a.type})`).join(', ')}`)
  return 0
}

async function act(shelf: Shelf, verb: string, id: string, values: PackValues): Promise<number> {
  const { json } = values
  if (verb === 'registers') return tellRegisters(await shelf.registers(), json)
  if (verb === 'list') {
    const packs = await shelf.list()
    if (json) out(JSON.stringify(packs, null, 2))
    else
      for (const p of packs)
        out(
          `${p.id.padEnd(20)} ${p.state.padEnd(9)} ${(p.installed ?? '-').padEnd(8)} ${(p.offered ?? '-').padEnd(8)} ${p.name.zh} ${p.name.en}${p.faults.length > 0 ? ` (${p.faults.length} faults)` : ''}`
        )
    return 0
  }
  const act = (verb === 'plan' ? (values.act ?? 'install') : verb) as PackAct
  if (!PACK_ACTS.includes(act)) return wrong(`--act must be ${PACK_ACTS.join(', ')}`)
  const scale = values.scale === undefined ? 1 : Number(values.scale)
  if (!(scale > 0 && scale <= 1)) return wrong('--scale must be above 0 and at most 1')
  const asked: PackAsked = {
    id,
    act,
    held: values.keep ? 'keep' : values.purge ? 'purge' : null,
    demo: values.demo ? scale : null
  }
  const plan = verb === 'plan' ? await shelf.plan(asked) : await shelf.change(asked)
  if (json) out(JSON.stringify(plan, null, 2))
  else {
    for (const s of plan.steps)
      out(
        `${s.act.padEnd(7)} ${s.kind.padEnd(10)} ${s.from ? `${s.from} → ` : ''}${s.key}  ${s.name.zh}${s.holds ? `  (${s.holds})` : ''}`
      )
    out(
      `${id}: ${plan.act} ${plan.from ?? '-'} → ${plan.to ?? '-'}, ${plan.steps.length} steps${verb === 'plan' ? '; nothing was done' : ''}`
    )
  }
  return 0
}
