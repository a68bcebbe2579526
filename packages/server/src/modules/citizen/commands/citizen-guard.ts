import { type CaptchaAnswer, CITIZEN_ERRORS } from '@chengyun/contract/public'
import type { FastifyRequest } from 'fastify'
import { AppError, thrower } from '../../../platform/errors.ts'
import type { CaseEnv } from '../../cases/index.ts'
import { LIMITS, type LimitKey } from '../domain/citizen-abuse.ts'
import { CITIZEN } from '../policy.ts'
import { contactOfSession } from '../queries/citizen-people.ts'
import { takeCaptcha } from './citizen-captcha.ts'
import { countHits } from './citizen-limits.ts'
import { hashOf } from './citizen-people.ts'

export const fault = thrower(CITIZEN_ERRORS)

/** Whoever asks: by session, by device, or only by address. */
export interface Who {
  contact: { id: string; phone: string } | null
  token: string | null
  deviceHash: string | null
  address: string
  /** The one that "me too" counts once. */
  person: string
}

const BEARER = /^Bearer (cz_[\w-]{40,60})$/

/** @throws PUBLIC_SIGN_IN_AGAIN when a token was sent that is no longer good: silently going on as nobody would lose the report. */
export async function whoAsks(env: CaseEnv, req: FastifyRequest, deviceId?: string): Promise<Who> {
  const token = BEARER.exec(req.headers.authorization ?? '')?.[1] ?? null
  const found = token === null ? undefined : await contactOfSession(env.db, hashOf(token), new Date())
  if (req.headers.authorization !== undefined && !found) throw fault('PUBLIC_SIGN_IN_AGAIN')
  const contact = found ? { id: found.id, phone: env.unseal(found.phoneEnc, `citizen.phone:${found.id}`) } : null
  const deviceHash = deviceId === undefined ? null : env.blindIndex(`device:${deviceId}`)
  return {
    contact,
    token,
    deviceHash,
    address: env.blindIndex(`address:${req.ip}`),
    person: contact ? `contact:${contact.id}` : `device:${deviceHash ?? ''}`
  }
}

/** @throws PUBLIC_SIGN_IN */
export function signedIn(who: Who): NonNullable<Who['contact']> {
  if (!who.contact) throw fault('PUBLIC_SIGN_IN')
  return who.contact
}

/**
 * Counts an act against contact, device and address, and refuses when it is too often; from the repetition that the limit names on
 * a captcha is demanded. `contactKey`: the phone's digest where nobody signed in yet.
 * @throws RATE_LIMITED, PUBLIC_CAPTCHA_REQUIRED, PUBLIC_CAPTCHA_WRONG
 */
export async function admit(
  env: CaseEnv,
  what: LimitKey,
  who: Who,
  more: { captcha?: CaptchaAnswer | undefined; contactKey?: string } = {}
): Promise<void> {
  const limit = LIMITS[what]
  const now = new Date()
  const contact = more.contactKey ?? who.contact?.id
  const counted: ['contact' | 'device' | 'address', string][] = [['address', who.address]]
  if (who.deviceHash !== null) counted.push(['device', who.deviceHash])
  if (contact !== undefined) counted.push(['contact', contact])
  const keys = counted.map(([by, key]) => `${what}:${by}:${key}`)
  const hits = await countHits(env.db, CITIZEN, { keys }, now)
  const over = counted.some(([by], i) => hits[i]! > limit[by])
  if (over) {
    const after = `${60 - now.getUTCMinutes()} min`
    throw new AppError('RATE_LIMITED', 429, `Too many requests; try again in ${after}`, { after })
  }
  const from = limit.captchaAfter
  if (from === null || who.contact !== null || !counted.some(([by], i) => hits[i]! > from[by])) return
  if (!more.captcha) throw fault('PUBLIC_CAPTCHA_REQUIRED')
  await takeCaptcha(env, more.captcha, now)
}
