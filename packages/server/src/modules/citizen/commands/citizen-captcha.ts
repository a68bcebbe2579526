import { pbkdf2, randomBytes, randomInt } from 'node:crypto'
import { promisify } from 'node:util'
import { type CaptchaAnswer, type CaptchaView, CITIZEN_ERRORS } from '@chengyun/contract/public'
import sharp from 'sharp'
import { thrower } from '../../../platform/errors.ts'
import type { CaseEnv } from '../../cases/index.ts'
import { outlineOf } from '../../media/index.ts'
import {
  bend,
  CAPTCHA_HEIGHT,
  CAPTCHA_WIDTH,
  captchaScene,
  captchaText,
  provesWork,
  WORK_BITS,
  WORK_ROUNDS
} from '../domain/captcha.ts'
import { CITIZEN } from '../policy.ts'
import { countHits } from './citizen-limits.ts'
import { hashOf } from './citizen-people.ts'

const fault = thrower(CITIZEN_ERRORS)
const derive = promisify(pbkdf2)

const CAPTCHA_MS = 5 * 60_000
const CAPTCHA = 'citizen.captcha'
const chance = (): number => randomInt(0, 2 ** 32) / 2 ** 32

/** The picture of a text, drawn anew each time it is asked for: PNG. */
export async function drawCaptcha(text: string): Promise<Buffer> {
  const scene = captchaScene(await Promise.all([...text].map((letter) => outlineOf(letter))), chance)
  const grey = await sharp(Buffer.from(scene)).greyscale().raw().toBuffer()
  const raw = { width: CAPTCHA_WIDTH, height: CAPTCHA_HEIGHT, channels: 1 } as const
  return sharp(bend(grey, chance), { raw }).png({ compressionLevel: 9 }).toBuffer()
}

/** A picture of a few characters, or work for the device in its place. Its answer travels with it, sealed: nothing is kept until it is used. */
export async function newCaptcha(env: CaseEnv): Promise<CaptchaView> {
  const text = captchaText(chance)
  const until = Date.now() + CAPTCHA_MS
  const id = env.seal(JSON.stringify([text.toLowerCase(), until, randomBytes(9).toString('base64url')]), CAPTCHA)
  const png = (await drawCaptcha(text)).toString('base64')
  return { id, png, work: { bits: WORK_BITS, rounds: WORK_ROUNDS }, expiresAt: new Date(until).toISOString() }
}

/** Each captcha is taken once, right or wrong. @throws AppError PUBLIC_CAPTCHA_WRONG */
export async function takeCaptcha(env: CaseEnv, { id, text, work }: CaptchaAnswer, now: Date): Promise<void> {
  const kept = opened(env, id)
  if (!kept || kept.until <= now.getTime()) throw fault('PUBLIC_CAPTCHA_WRONG')
  const [uses] = await countHits(env.db, CITIZEN, { keys: [`captcha:${hashOf(id)}`], since: new Date(kept.until) }, now)
  if (uses !== 1) throw fault('PUBLIC_CAPTCHA_WRONG')
  const isRead = text !== undefined && kept.wanted === text.trim().toLowerCase()
  if (!isRead && !(work !== undefined && (await isWorked(id, work)))) throw fault('PUBLIC_CAPTCHA_WRONG')
}

const isWorked = async (id: string, work: number): Promise<boolean> =>
  provesWork(await derive(String(work), id, WORK_ROUNDS, 2, 'sha256'))

function opened(env: CaseEnv, id: string): { wanted: string; until: number } | null {
  try {
    const [wanted, until] = JSON.parse(env.unseal(id, CAPTCHA)) as [string, number]
    return { wanted, until }
  } catch {
    return null
  }
}
