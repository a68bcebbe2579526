// The way in before anybody can sign in: accounts made by whoever holds the machine. Every rule of the console holds here too.
import { ORG_ERRORS, type RoleKey } from '@chengyun/contract/org'
import type { Actor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { hashPassword } from '../auth/passwords.ts'
import { passwordFault } from '../domain/password.ts'
import type { Keyring } from '../keyring.ts'
import { findAccount } from '../queries/identity.ts'
import { resetPassword, unlockUser } from './accounts.ts'
import { makeChange } from './change.ts'
import { removeTotp, writePassword } from './own-account.ts'
import { planPostCreate, planUserCreate } from './plan-people.ts'
import { planUnitCreate } from './plan-units.ts'

const fail = thrower(ORG_ERRORS)

export interface AccountInput {
  username: string
  name: string
  phone?: string
  password: string
  role?: RoleKey
  /** Key of the unit of the post; without it the city centre, which is made when there is no unit at all. */
  unitKey?: string
}

/** Make a person with a temporary password and, when asked, a post. Answers the new user's id. */
export async function addAccount(db: Db, actor: Actor, keyring: Keyring, input: AccountInput): Promise<string> {
  const username = input.username.toLowerCase()
  const fault = passwordFault(input.password, username)
  if (fault) throw fail(fault)
  const unitId = input.role === undefined ? undefined : await unitOf(db, actor, keyring, input.unitKey)
  const hash = await hashPassword(input.password)
  const person = {
    username,
    name: input.name,
    password: input.password,
    ...(input.phone !== undefined && { phone: input.phone })
  }
  const made = await makeChange(db, actor, {
    plan: (on, ctx) => planUserCreate(on, person, ctx),
    keyring,
    also: (tx, plan, ctx) => writePassword(tx, plan.objectId, hash, true, ctx.now)
  })
  const { role } = input
  if (role !== undefined && unitId !== undefined) {
    await makeChange(db, actor, { plan: (on, ctx) => planPostCreate(on, { userId: made.objectId, role, unitId }, ctx), keyring })
  }
  return made.objectId
}

async function unitOf(db: Db, actor: Actor, keyring: Keyring, key: string | undefined): Promise<string> {
  const found = await db
    .selectFrom('org.unit')
    .select('id')
    .$if(key !== undefined, (q) => q.where('key', '=', key ?? ''))
    .$if(key === undefined, (q) => q.where('kind', '=', 'city_center'))
    .executeTakeFirst()
  if (found) return found.id
  if (key !== undefined) throw fail('ORG_UNIT_NOT_FOUND')
  const center = {
    key: 'city-center',
    kind: 'city_center',
    parentId: null,
    name: '城市运行管理服务中心',
    shortName: '市中心'
  } as const
  return (await makeChange(db, actor, { plan: (on, ctx) => planUnitCreate(on, center, ctx), keyring })).objectId
}

/** Find a person by user name. @throws ORG_USER_NOT_FOUND */
async function idOfUser(db: Db, username: string): Promise<{ id: string; username: string }> {
  const user = await findAccount(db, username)
  if (!user) throw fail('ORG_USER_NOT_FOUND')
  return user
}

/** A temporary password, to be changed at the next sign-in. */
export async function setTemporaryPassword(db: Db, actor: Actor, username: string, password: string): Promise<void> {
  const user = await idOfUser(db, username)
  const fault = passwordFault(password, user.username)
  if (fault) throw fail(fault)
  await resetPassword(db, actor, { userId: user.id, hash: await hashPassword(password) })
}

export async function unlockAccount(db: Db, actor: Actor, username: string): Promise<void> {
  await unlockUser(db, actor, { userId: (await idOfUser(db, username)).id })
}

export async function removeSecondFactor(db: Db, actor: Actor, username: string): Promise<void> {
  await removeTotp(db, actor, { userId: (await idOfUser(db, username)).id, reason: 'on the command line' })
}
