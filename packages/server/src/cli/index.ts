import { argv, exit, stderr, stdout } from 'node:process'
import { tellRefusal } from './refusal.ts'

/** One command of `npx chengyun`: `run` gets the arguments after its name and answers the exit code. */
export interface CliCommand {
  name: string
  summary: string
  run(args: string[]): Promise<number>
}

const COMMANDS: Record<string, { summary: string; load: () => Promise<unknown> }> = {
  serve: { summary: 'start the server', load: () => import('./serve.ts') },
  migrate: { summary: 'bring the database to this version', load: () => import('./migrate.ts') },
  import: { summary: 'import divisions, grids, calendars, cases or registers from files', load: () => import('./import.ts') },
  replay: { summary: 'drive real work orders through the public API', load: () => import('./replay.ts') },
  simulate: { summary: 'run the seeded city simulator against a server', load: () => import('./simulate.ts') },
  verify: { summary: 'check an exported case without server and database', load: () => import('./verify.ts') },
  export: { summary: 'export a case with its proof, or a register', load: () => import('./export.ts') },
  backup: { summary: 'write everything into one file', load: () => import('./backup.ts') },
  restore: { summary: 'restore a backup into this or another database', load: () => import('./restore.ts') },
  pack: { summary: 'make, check, install, upgrade and remove scenario packs', load: () => import('./pack.ts') },
  user: { summary: 'list, add, unlock users; set passwords', load: () => import('./user.ts') },
  conformance: { summary: 'put the rules of a standard to any server', load: () => import('./conformance/command.ts') },
  doctor: { summary: 'check this machine and say what to do', load: () => import('./doctor.ts') }
}

const usage = (): string =>
  `chengyun <command> [options]\n\n${Object.entries(COMMANDS)
    .map(([name, c]) => `  ${name.padEnd(12)} ${c.summary}`)
    .join('\n')}\n\nEach command explains itself with --help.\n`

const findCommand = (module: unknown): CliCommand | undefined =>
  Object.values(module as Record<string, unknown>).find(
    (v): v is CliCommand => typeof v === 'object' && v !== null && typeof (v as CliCommand).run === 'function'
  )

const [, , name, ...args] = argv
if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
  stdout.write(usage())
  exit(0)
}
const entry = COMMANDS[name]
if (!entry) {
  stderr.write(`chengyun: there is no command ${name}\n\n${usage()}`)
  exit(2)
}
try {
  const command = findCommand(await entry.load())
  if (!command) throw new Error(`command ${name} is not complete`)
  exit(await command.run(args))
} catch (error) {
  const code = await tellRefusal(name, error)
  if (process.env.CHENGYUN_LOG === 'debug' && error instanceof Error) stderr.write(`${error.stack}\n`)
  exit(code)
}
