import { ORG_ERRORS, type SignIn } from '@chengyun/contract/org'
import type { Db } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { visitor } from '../commands/org-command.ts'
import { type OpenedSession, type Origin, openSession, recordFailure } from '../commands/session.ts'
import type { Keyring } from '../keyring.ts'
import { countFailuresFrom, findAccount } from '../queries/identity.ts'
import type { OrgSettings } from '../settings.ts'
import { passwordFits } from './passwords.ts'
import { totpStep } from './totp.ts'

const fail = thrower(ORG_ERRORS)
const MINUTE = 60_000
const QUEUE_LIMIT = 50

/** Attempts on one account go one after the other: parallel guesses cannot slip past the count of failures. */
const queues = new Map<string, { tail: Promise<unknown>; length: number }>()

async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const queue = queues.get(key) ?? { tail: Promise.resolve(), length: 0 }
  if (queue.length >= QUEUE_LIMIT) throw fail('ORG_SIGN_IN_BUSY')
  queue.length += 1
  queues.set(key, queue)
  const run = queue.tail.then(work, work)
  queue.tail = run.catch(() => undefined)
  try {
    return await run
  } finally {
    queue.length -= 1
    if (queue.length === 0) queues.delete(key)
  }
}

export interface SignInDeps {
  db: Db
  keyring: Keyring
  settings: OrgSettings
}

/**
 * Sign in with user name, password and, where enrolled, a code.
 * @throws ORG_SIGN_IN_FAILED, ORG_TOTP_REQUIRED, ORG_TOTP_WRONG, ORG_ACCOUNT_LOCKED, ORG_ADDRESS_LOCKED, ORG_SIGN_IN_BUSY
 */
export function signIn(deps: SignInDeps, input: SignIn, origin: Origin, now = new Date()): Promise<OpenedSession> {
  const username = input.username.trim().toLowerCase()
  return inTurn(username, () => attempt(deps, { ...input, username }, origin, now))
}

async function attempt({ db, keyring, settings }: SignInDeps, input: SignIn, origin: Origin, now: Date): Promise<OpenedSession> {
  const lockMs = settings.CHENGYUN_ORG_LOCK_MINUTES * MINUTE
  const [account, failures] = await Promise.all([
    findAccount(db, input.username),
    countFailuresFrom(db, origin.ip ?? '', new Date(now.getTime() - lockMs))
  ])
  if (failures.count >= settings.CHENGYUN_ORG_ADDRESS_FAILURES && failures.last) {
    throw fail('ORG_ADDRESS_LOCKED', { until: new Date(failures.last.getTime() + lockMs).toISOString() })
  }
  if (account?.locked_until_at && account.locked_until_at > now)
    throw fail('ORG_ACCOUNT_LOCKED', { until: account.locked_until_at.toISOString() })

  const refuse = async (reason: string, code: 'ORG_SIGN_IN_FAILED' | 'ORG_TOTP_WRONG'): Promise<never> => {
    const { lockedUntil } = await recordFailure(
      db,
      visitor(origin.ip, input.username.slice(0, 64)),
      {
        userId: account?.id ?? null,
        username: input.username,
        reason,
        lockAfter: settings.CHENGYUN_ORG_LOCK_AFTER,
        lockMinutes: settings.CHENGYUN_ORG_LOCK_MINUTES,
        origin
      },
      now
    )
    throw lockedUntil ? fail('ORG_ACCOUNT_LOCKED', { until: lockedUntil.toISOString() }) : fail(code)
  }

  const fits = await passwordFits(account?.password_hash, input.password)
  if (!account || !fits || account.status !== 'active') {
    return refuse(
      !account ? 'unknown user' : account.status === 'active' ? 'wrong password' : 'disabled user',
      'ORG_SIGN_IN_FAILED'
    )
  }
  let step: number | undefined
  if (account.totp_confirmed_at !== null && account.totp_enc !== null) {
    if (input.totp === undefined) throw fail('ORG_TOTP_REQUIRED')
    step = totpStep(keyring.decrypt(account.totp_enc, `totp:${account.id}`), account.username, input.totp, now)
    if (step === undefined || step <= account.totp_step) return refuse('wrong code', 'ORG_TOTP_WRONG')
  }
  return openSession(
    db,
    { ...visitor(origin.ip), id: account.id, name: account.name, username: account.username },
    {
      userId: account.id,
      mfa: step !== undefined,
      method: 'password',
      ...(step !== undefined && { totpStep: step }),
      expiresAt: new Date(now.getTime() + settings.CHENGYUN_ORG_SESSION_HOURS * 60 * MINUTE),
      origin
    },
    now
  )
}
