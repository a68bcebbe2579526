import { parseArgs } from 'node:util'
import { reasonOf } from '../platform/db/faults.ts'
import { examine, type Finding } from '../platform/doctor.ts'
import type { ModuleDef } from '../platform/module.ts'
import { readSettings, type Settings } from '../platform/settings.ts'

const HELP = `chengyun doctor [--json]

Looks at everything Chengyun needs of this machine: Node, engine, data directory, disk, port, database, clocks, time zone; says
what to do about each thing that is not well.

Exit code: 0 all is well, 1 something is not.
`

async function run(argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } })
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const findings = await examineHere()
  const ok = findings.every((f) => f.ok)
  if (values.json) process.stdout.write(`${JSON.stringify({ ok, findings }, null, 2)}\n`)
  else for (const finding of findings) process.stdout.write(lineOf(finding))
  return ok ? 0 : 1
}

const lineOf = ({ check, ok, found, todo }: Finding): string =>
  `${ok ? '✓' : '✗'} ${check.padEnd(18)} ${found}\n${ok || !todo ? '' : `${' '.repeat(21)}→ ${todo}\n`}`

/** The doctor must speak even when the program itself does not load or its settings are wrong: that is a finding, too. */
async function examineHere(): Promise<Finding[]> {
  let MODULES: readonly ModuleDef[]
  try {
    MODULES = (await import('../modules.ts')).MODULES
  } catch (e) {
    return [
      {
        check: 'program',
        ok: false,
        found: reasonOf(e),
        todo: 'The installation is not whole: run `npm ci` in a clean checkout.'
      }
    ]
  }
  let settings: Settings
  try {
    settings = readSettings(
      process.env,
      MODULES.flatMap((m) => (m.settings ? [m.settings] : []))
    )
  } catch (e) {
    return [
      {
        check: 'settings',
        ok: false,
        found: reasonOf(e),
        todo: 'Correct these environment variables (docs/generated/settings.md).'
      }
    ]
  }
  const fine: Finding = { check: 'settings', ok: true, found: 'valid' }
  const { DATABASE_URL: databaseUrl, CHENGYUN_DATA: dataDir, PORT: port, HOST: host } = settings
  return [fine, ...(await examine({ databaseUrl, dataDir, port, host, modules: MODULES, timeZone: 'Asia/Shanghai' }))]
}

export const command = { name: 'doctor', summary: 'check this machine and say what to do', run }
