import { randomInt } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { ROLE_FACTS, ROLES, type RoleKey } from '@chengyun/contract/org'
import {
  addAccount,
  listAccounts,
  openKeyring,
  removeSecondFactor,
  setTemporaryPassword,
  unlockAccount
} from '../modules/org/index.ts'
import { MODULES } from '../modules.ts'
import { type Actor, SYSTEM } from '../platform/actor.ts'
import { visitDatabase } from '../platform/db/open.ts'
import type { Db } from '../platform/db.ts'
import { readSettings, type Settings } from '../platform/settings.ts'
import type { CliCommand } from './index.ts'
import { UsageError } from './refusal.ts'

const HELP = `chengyun user <list|add|password|unlock|totp-reset> …

  list [TEXT]                    people whose name or user name contains TEXT [--json]
  add USERNAME --name NAME       a person with a temporary password [--role ROLE] [--unit KEY] [--phone NUMBER]
  password USERNAME              a new temporary password; ends all sessions of the person
  unlock USERNAME                lift the lock after failed sign-ins
  totp-reset USERNAME            take off the second factor (lost telephone)

A password is read from standard input with --password-stdin; otherwise one is made and printed once.
Roles: ${ROLES.join(', ')}
Works on DATABASE_URL, or on the embedded database of CHENGYUN_DATA, while the server runs or not.
`

/** Whoever holds the machine; so the audit trail calls it. */
const OPERATOR: Actor = { ...SYSTEM, name: '命令行', username: 'command-line' }

const VERBS = ['list', 'add', 'password', 'unlock', 'totp-reset']
const OPTIONS = {
  name: { type: 'string' },
  role: { type: 'string' },
  unit: { type: 'string' },
  phone: { type: 'string' },
  'password-stdin': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' }
} as const

/** 16 letters and digits without look-alikes, always of three kinds. */
export function makePassword(): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789'
  const body = Array.from({ length: 13 }, () => letters.charAt(randomInt(letters.length))).join('')
  return `${body}${'ABCDEFGH'.charAt(randomInt(8))}${'abcdefgh'.charAt(randomInt(8))}${randomInt(2, 10)}`
}

/** `chengyun user`: accounts, from the machine itself. Exit codes: 0 done, 1 refused, 2 wrong usage. */
export const user: CliCommand = {
  name: 'user',
  summary: 'list, add, unlock users; set passwords',
  async run(argv) {
    const { values, positionals } = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true })
    const [verb, who] = positionals
    if (values.help || verb === undefined) {
      process.stdout.write(HELP)
      return values.help ? 0 : 2
    }
    if (!VERBS.includes(verb)) throw new UsageError(`There is no chengyun user ${verb}\n\n${HELP}`)
    if (verb !== 'list' && who === undefined) throw new UsageError(`chengyun user ${verb}: which user name?\n\n${HELP}`)
    if (values.role !== undefined && !(ROLES as readonly string[]).includes(values.role)) {
      process.stderr.write(`There is no role ${values.role}. Roles: ${ROLES.join(', ')}\n`)
      return 2
    }
    const settings = readSettings(
      process.env,
      MODULES.flatMap((m) => (m.settings ? [m.settings] : []))
    )
    const database = await visitDatabase({ databaseUrl: settings.DATABASE_URL, dataDir: settings.CHENGYUN_DATA, poolSize: 2 })
    try {
      return await act(database.db, settings, verb, who ?? '', values)
    } finally {
      await database.close()
    }
  }
}

type Values = { name?: string; role?: string; unit?: string; phone?: string; 'password-stdin'?: boolean; json?: boolean }

async function act(db: Db, settings: Settings, verb: string, who: string, values: Values): Promise<number> {
  const say = (line: string): boolean => process.stdout.write(`${line}\n`)
  switch (verb) {
    case 'list': {
      const people = await listAccounts(db, who, 500)
      if (values.json) say(JSON.stringify(people, null, 2))
      else
        for (const p of people)
          say(
            `${p.username.padEnd(28)} ${p.status.padEnd(9)} ${p.name}  ${p.posts.map((x) => `${ROLE_FACTS[x.role].zh}@${x.unitName}`).join(', ')}`
          )
      return 0
    }
    case 'add': {
      const { password, made } = await passwordOf(values)
      await addAccount(db, OPERATOR, openKeyring(settings), {
        username: who,
        name: values.name ?? who,
        password,
        ...(values.phone !== undefined && { phone: values.phone }),
        ...(values.role !== undefined && { role: values.role as RoleKey }),
        ...(values.unit !== undefined && { unitKey: values.unit })
      })
      say(`${who} was added.${made ? ` Temporary password: ${password}` : ''} It must be changed at the first sign-in.`)
      return 0
    }
    case 'password': {
      const { password, made } = await passwordOf(values)
      await setTemporaryPassword(db, OPERATOR, who, password)
      say(`${who} has a new temporary password${made ? `: ${password}` : '.'}`)
      return 0
    }
    case 'unlock':
      await unlockAccount(db, OPERATOR, who)
      say(`${who} is unlocked.`)
      return 0
    default:
      await removeSecondFactor(db, OPERATOR, who)
      say(`${who} signs in without a second factor now, and must enrol one where it is demanded.`)
      return 0
  }
}

async function passwordOf(values: Values): Promise<{ password: string; made: boolean }> {
  if (values['password-stdin']) return { password: (await text(process.stdin)).replace(/\r?\n$/, ''), made: false }
  return { password: makePassword(), made: true }
}
