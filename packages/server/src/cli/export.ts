import { createHash } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { type BundleEvidence, type CaseBundle, sealBundle } from '@chengyun/contract/history'
import { buildEnv, exportBundle, getVisibleCase, recordBundleExport } from '../modules/cases/index.ts'
import { geoService } from '../modules/geo/index.ts'
import { readOriginal } from '../modules/media/index.ts'
import { openKeyring } from '../modules/org/index.ts'
import { MODULES } from '../modules.ts'
import { type Actor, SYSTEM } from '../platform/actor.ts'
import { visitDatabase } from '../platform/db/open.ts'
import type { Db } from '../platform/db.ts'
import { readSettings, type Settings } from '../platform/settings.ts'
import { exportFormat, exportRegister } from './export-register.ts'
import type { CliCommand } from './index.ts'

const HELP = `chengyun export case NO --out FOLDER|FILE.json [--force] [--json]
chengyun export components|REGISTER --out FILE [--within CODE] [--class CODE] [--force]

The second writes a register as .csv, .xlsx, .geojson, .gpkg or .zip (Shapefile), personal attributes masked. The first:

Writes a case with the proof of its history, to be checked anywhere with chengyun verify.
  NO            19-digit case number, or the id
  --out FOLDER  bundle.json and the original evidence files beside it
  --out X.json  the bundle alone, without originals
  --force       write over what is there
  --json        one JSON object instead of lines

Works on DATABASE_URL, or on the embedded database of CHENGYUN_DATA, while the server runs or not. The export is on the audit trail.
Exit code: 0 written, 1 no such case or it failed, 2 wrong arguments.
`

const OPERATOR: Actor = { ...SYSTEM, name: '命令行', username: 'command-line' }
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const ENDINGS: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'video/mp4': 'mp4',
  'application/pdf': 'pdf'
}

/** Name of an evidence file in a bundle: its phase and the beginning of its hash, so that folders sort and nothing collides. */
const nameOf = (e: BundleEvidence): string =>
  `evidence/${String(e.phase)}-${e.sha256.slice(0, 12)}.${ENDINGS[String(e.mime)] ?? 'bin'}`

async function exportCase(
  db: Db,
  settings: Settings,
  no: string,
  out: string
): Promise<{ caseNo: string; steps: number; files: number; out: string }> {
  const env = await buildEnv({ db, geo: await geoService(db), keyring: openKeyring(settings) })
  const record = await getVisibleCase(db, OPERATOR, no)
  const bundle = await exportBundle(env, OPERATOR, record, new Date())
  const alone = out.endsWith('.json')
  if (alone) await writeFile(out, `${JSON.stringify(bundle, null, 2)}\n`)
  else await writeFolder(settings, bundle, out)
  await recordBundleExport(db, OPERATOR, { caseId: record.id, caseNo: record.caseNo })
  return { caseNo: record.caseNo, steps: bundle.steps.length, files: alone ? 0 : bundle.evidence.length, out }
}

async function writeFolder(settings: Settings, bundle: CaseBundle, folder: string): Promise<void> {
  await mkdir(join(folder, 'evidence'), { recursive: true })
  const evidence = bundle.evidence.map((e) => ({ ...e, file: nameOf(e) }))
  for (const e of evidence) await pipeline(await readOriginal(settings, e.sha256), createWriteStream(join(folder, e.file)))
  const { format: _f, version: _v, seal: _s, ...content } = bundle
  await writeFile(join(folder, 'bundle.json'), `${JSON.stringify(sealBundle({ ...content, evidence }, sha256), null, 2)}\n`)
}

/** `chengyun export`: what leaves the platform with its proof. */
export const exportCommand: CliCommand = {
  name: 'export',
  summary: 'export a case with the proof of its history, or a register',
  async run(argv) {
    const { values, positionals } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        force: { type: 'boolean' },
        within: { type: 'string' },
        class: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' }
      }
    })
    const [what, no] = positionals
    const register =
      what !== undefined && what !== 'case' && no === undefined ? (what === 'components' ? 'component' : what) : null
    const format = values.out === undefined ? null : exportFormat(values.out)
    const sound = register !== null ? format !== null : what === 'case' && no !== undefined && positionals.length === 2
    if (values.help || !sound || values.out === undefined) {
      process.stdout.write(HELP)
      return values.help ? 0 : 2
    }
    if (existsSync(values.out) && !values.force) {
      process.stderr.write(`${values.out} exists; --force writes over it.\n`)
      return 2
    }
    const settings = readSettings(
      process.env,
      MODULES.flatMap((m) => (m.settings ? [m.settings] : []))
    )
    const database = await visitDatabase({ databaseUrl: settings.DATABASE_URL, dataDir: settings.CHENGYUN_DATA, poolSize: 2 })
    try {
      if (register !== null && format !== null) {
        const filter = { ...(values.within && { within: values.within }), ...(values.class && { class: values.class }) }
        await exportRegister(database.db, register, values.out, format, filter)
        process.stdout.write(`${values.out}\n`)
        return 0
      }
      const done = await exportCase(database.db, settings, no as string, values.out)
      process.stdout.write(
        values.json
          ? `${JSON.stringify(done)}\n`
          : `${done.out}: case ${done.caseNo}, ${done.steps} steps, ${done.files} evidence files\nchengyun verify ${done.out}\n`
      )
      return 0
    } finally {
      await database.close()
    }
  }
}
