/** `chengyun import components|<register> FILE`: an inventory into a register, judged row by row, published when asked to. */
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type BatchFileEdit, type BatchOptions, type BatchView, FileMapping } from '@chengyun/contract/registry'
import { Value } from 'typebox/value'
import type { Db } from '../platform/db.ts'
import { progressBar } from './progress.ts'
import { UsageError } from './refusal.ts'
import { directGate, type Gate, Refused, serverGate } from './register/gate.ts'
import { ACCOUNT_HELP, accountOf } from './server.ts'

export const IMPORT_REGISTER_HELP = `chengyun import components FILE [options]        components (CSV, XLSX, GeoJSON, zipped Shapefile, GeoPackage)
chengyun import REGISTER FILE [options]          any other register: hydrant, waste-container, catering …

  --publish            publish what was taken; without it the batch waits in the console
  --note TEXT          why it is published although the quality check found something
  --census             the file is the whole register: what is not in it is gone
  --name TEXT          name of the batch (default the name of the file)
  --crs NAME           CGCS2000, WGS-84, GCJ-02, BD-09, EPSG:4549 … (default what the file or its numbers say)
  --map FILE.json      what the columns mean: {"columns":[{"column":"x","to":"lng"}, …],"defaults":{…}} (default found by names)
  --existing WHAT      update (default), skip or reject codes that stand in the register
  --outside keep       keep rows outside the city, without a grid, where the register allows it
  --faulty blank       leave optional attributes blank when they are wrong, instead of refusing the row
  --other-class CODE   class of rows whose class the register does not have
  --report FILE        write refused rows with their reasons as CSV
  --layer, --encoding  sheet or table; utf-8 or gbk (with --url)
  ${ACCOUNT_HELP}
  --json               the whole report as one JSON object

Without --url it works on DATABASE_URL, or on the embedded database of CHENGYUN_DATA. Nothing reaches the register before it is published, and then all of it
at once. An import that broke off goes on where it stood when it is called again with the same file.
Exit code: 0 every row taken, 1 some rows were refused or it failed, 2 wrong arguments.
`

const OPTIONS = {
  publish: { type: 'boolean', default: false },
  note: { type: 'string' },
  census: { type: 'boolean', default: false },
  name: { type: 'string' },
  crs: { type: 'string' },
  map: { type: 'string' },
  existing: { type: 'string' },
  outside: { type: 'string' },
  faulty: { type: 'string' },
  'other-class': { type: 'string' },
  report: { type: 'string' },
  layer: { type: 'string' },
  encoding: { type: 'string' },
  url: { type: 'string' },
  username: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false }
} as const
type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values']

function oneOf<const T extends string>(name: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  if (value !== undefined && !(allowed as readonly string[]).includes(value))
    throw new UsageError(`--${name} must be ${allowed.join(' or ')}`)
  return value as T | undefined
}

function optionsOf(v: Values): BatchOptions {
  const existing = oneOf('existing', v.existing, ['update', 'skip', 'reject'])
  const outside = oneOf('outside', v.outside, ['reject', 'keep'])
  const faulty = oneOf('faulty', v.faulty, ['reject', 'blank'])
  const otherClass = v['other-class']
  return {
    ...(existing && { existing }),
    ...(outside && { outside }),
    ...(faulty && { faulty }),
    ...(otherClass && { otherClass })
  }
}

function editOf(v: Values): BatchFileEdit | null {
  const encoding = oneOf('encoding', v.encoding, ['utf-8', 'gbk'])
  const edit: BatchFileEdit = { ...(v.crs && { crs: v.crs }), ...(v.layer && { layer: v.layer }), ...(encoding && { encoding }) }
  if (v.map !== undefined) {
    let mapping: unknown
    try {
      mapping = JSON.parse(readFileSync(v.map, 'utf8'))
    } catch (error) {
      throw new UsageError(`${v.map}: ${error instanceof Error ? error.message : String(error)}`)
    }
    if (!Value.Check(FileMapping, mapping))
      throw new UsageError(`${v.map} is no mapping: {"columns":[{"column":…,"to":…}],"defaults":{…}}`)
    edit.mapping = mapping
  }
  return Object.keys(edit).length > 0 ? edit : null
}

const out = (line: string): void => void process.stdout.write(`${line}\n`)

function report(view: BatchView, seconds: number): void {
  const { read, accepted, rejected, blanked, outside, coded } = view.totals
  out(`${read} rows = ${accepted} taken + ${rejected} refused, in ${seconds.toFixed(1)} s (${Math.round(read / seconds)} rows/s)`)
  for (const { name, rows } of view.rejectsBy) out(`  ${String(rows).padStart(8)}  ${name.en} (${name.zh})`)
  if (blanked > 0) out(`  ${String(blanked).padStart(8)}  attributes left blank because they were wrong`)
  if (outside > 0) out(`  ${String(outside).padStart(8)}  kept without a grid: outside the city`)
  if (coded > 0) out(`  ${String(coded).padStart(8)}  codes given by the platform`)
  for (const { sentence } of view.suspicions) out(`SUSPECTED: ${sentence.en}`)
  const q = view.quality
  if (q)
    out(
      `quality: ${(q.completeness * 100).toFixed(1)} % complete; ${Object.entries(q.findings)
        .map(([kind, n]) => `${kind} ${n}`)
        .join(', ')}`
    )
  const c = view.comparison?.total
  if (c)
    out(
      `against the register: ${c.added} added, ${c.removed} removed, ${c.moved} moved, ${c.changed} changed, ${c.same} the same`
    )
}

async function run(gate: Gate, type: string, file: string, v: Values): Promise<number> {
  const began = performance.now()
  const bar = progressBar(v.json)
  const watch = ({ progress }: Pick<BatchView, 'progress'>): void => {
    if (progress)
      bar.show(`${progress.phase} (${progress.rows} rows)`.replace(/ \(\d+ rows\)$/, ''), Math.round(progress.share * 1000), 1000)
  }
  const before = await gate.unfinished(type, file)
  if (before) bar.say(`going on with ${before.name} after row ${before.totals.read}`)
  const name = v.name ?? (file.split('/').at(-1) as string)
  let view = before ?? (await gate.open({ type, kind: v.census ? 'census' : 'import', name, options: optionsOf(v) }, file))
  const edit = before ? null : editOf(v)
  if (edit) view = await gate.edit(view.id, edit)
  if (view.state !== 'checked') view = await gate.check(view.id, watch)
  if (v.report && view.totals.rejected > 0) await gate.rejects(view.id, v.report)
  if (v.publish && view.state === 'checked' && view.totals.accepted > 0) {
    const note = v.note === undefined ? {} : { note: v.note, despite: true }
    const published = await gate.publish(view.id, note, watch)
    view = { ...published, quality: view.quality, comparison: view.comparison }
  }
  bar.end()
  if (v.json) out(JSON.stringify({ ...view, seconds: (performance.now() - began) / 1000 }))
  else {
    report(view, (performance.now() - began) / 1000)
    if (view.error) out(`${view.error.code}: ${view.error.message}`)
    out(view.state === 'published' ? `published as batch ${view.id}` : `batch ${view.id} is ${view.state}`)
  }
  return view.error !== null || view.totals.rejected > 0 ? 1 : 0
}

/** Runs the command; `withDatabase` opens the database where no server is named. Throws UsageError. */
export async function importRegister(
  what: string,
  argv: string[],
  withDatabase: (run: (db: Db) => Promise<number>) => Promise<number>
): Promise<number> {
  const { values, positionals } = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true })
  const [file] = positionals
  if (values.help || file === undefined || positionals.length > 1) {
    process.stdout.write(IMPORT_REGISTER_HELP)
    return values.help ? 0 : 2
  }
  if (!existsSync(file)) throw new UsageError(`${file}: no such file`)
  const type = what === 'components' ? 'component' : what
  try {
    if (values.url === undefined) return await withDatabase(async (db) => run(await directGate(db), type, file, values))
    const account = accountOf(values.username, process.env)
    return await run(await serverGate(values.url, account), type, file, values)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    process.stderr.write(`${error.message}\n`)
    return 1
  }
}
