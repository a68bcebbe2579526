import { randomBytes } from 'node:crypto'
import { HOTLINE_HEADERS, type HotlineStatus, ORDER_STATES } from '@chengyun/contract/public'
import { SYSTEM } from '../../../platform/actor.ts'
import type { Settings } from '../../../platform/settings.ts'
import type { CaseEnv } from '../../cases/index.ts'
import { signatureOf } from '../domain/hotline-signature.ts'
import { backoffMs } from '../domain/hotline-status.ts'
import { photoUrl } from '../present-citizen.ts'
import { dueHeads, enabledSystems, type HotlineSystemRow, type MessageRow, releasedPhotosOf } from '../queries/hotline.ts'
import type { HotlineSettings } from '../settings-hotline.ts'
import { freezeMessage, keepAttempt } from './hotline-outgoing.ts'
import { secretContext } from './hotline-systems.ts'

const AT_ONCE = 8
const PAGE = 200
/** After so many failures in a row a system is left alone until the next run: its messages keep their tries. */
const GIVE_UP_AFTER = 8
const ERROR_LENGTH = 300

export interface Delivery {
  now: Date
  settings: Settings
}

/** Headers that sign a request of ours with the secret we share. `body`: of a GET its path and query. */
export function signedHeaders(env: CaseEnv, system: HotlineSystemRow, body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const nonce = randomBytes(18).toString('base64url')
  const secret = env.unseal(system.secretEnc, secretContext(system.id))
  return {
    [HOTLINE_HEADERS.timestamp]: timestamp,
    [HOTLINE_HEADERS.nonce]: nonce,
    [HOTLINE_HEADERS.signature]: signatureOf(secret, { timestamp, nonce, body })
  }
}

/**
 * Sends what is due: of each order one message at a time, the next when the other side took the one before. A message counts as taken
 * with any 2xx; everything else is tried again later, with the same orderNo, seq and text.
 */
export async function deliverStatuses(env: CaseEnv, { now, settings }: Delivery): Promise<{ taken: number; failed: number }> {
  const systems = new Map((await enabledSystems(env.db)).filter((s) => s.webhookUrl !== null).map((s) => [s.id, s]))
  const inARow = new Map<string, number>()
  const total = { taken: 0, failed: 0 }
  const one = async (message: MessageRow): Promise<void> => {
    const system = systems.get(message.systemId)
    if (!system || (inARow.get(system.id) ?? 0) >= GIVE_UP_AFTER) return
    const error = await send(env, system, message, settings)
    const attempts = message.attempts + 1
    const { CHENGYUN_HOTLINE_TRIES: tries } = settings as Settings & HotlineSettings
    const nextAt = attempts >= tries ? null : new Date(now.getTime() + backoffMs(attempts, Math.random()))
    await keepAttempt(env.db, SYSTEM, { id: message.id, attempts, failure: error === null ? null : { error, nextAt } }, now)
    inARow.set(system.id, error === null ? 0 : (inARow.get(system.id) ?? 0) + 1)
    total[error === null ? 'taken' : 'failed'] += 1
  }
  for (;;) {
    const open = [...systems.keys()].filter((id) => (inARow.get(id) ?? 0) < GIVE_UP_AFTER)
    const heads = open.length === 0 ? [] : await dueHeads(env.db, open, now, PAGE)
    if (heads.length === 0) return total
    const waiting = heads.values()
    const worker = async (): Promise<void> => {
      for (const message of waiting) await one(message)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  }
}

/** One attempt. Null when taken, otherwise why not. */
async function send(env: CaseEnv, system: HotlineSystemRow, message: MessageRow, settings: Settings): Promise<string | null> {
  const body =
    message.body ?? (await freezeMessage(env.db, SYSTEM, { id: message.id, body: await textOf(env, message, settings) }))
  const { CHENGYUN_HOTLINE_TIMEOUT_MS: timeoutMs } = settings as Settings & HotlineSettings
  try {
    const answer = await fetch(system.webhookUrl!, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...signedHeaders(env, system, body) },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs)
    })
    const said = answer.ok ? '' : (await readSome(answer)).trim()
    if (answer.ok) await answer.body?.cancel()
    return answer.ok ? null : `HTTP ${answer.status} ${said}`.trim().slice(0, ERROR_LENGTH)
  } catch (error) {
    return failureOf(error)
  }
}

/** What went wrong with a request, in words a person can act on. */
export function failureOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } }
  if (name === 'TimeoutError') return 'timeout'
  return [message, cause?.code ?? cause?.message].filter(Boolean).join(': ').slice(0, ERROR_LENGTH)
}

const MOST_BYTES = 4096
async function readSome(answer: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    if (text.length > MOST_BYTES) break
  }
  return text
}

async function textOf(env: CaseEnv, message: MessageRow, settings: Settings): Promise<string> {
  const attachments = message.status === 'closed' ? await attachmentsOf(env, message.caseId, settings, message.queuedAt) : []
  const status: HotlineStatus = {
    orderNo: message.orderNo,
    seq: message.seq,
    status: ORDER_STATES[message.status],
    ...message.facts,
    ...(attachments.length > 0 && { attachments })
  }
  return JSON.stringify(status)
}

/** Public addresses of the photos a reviewer released; of a case the public does not see, signed ones that end. */
export async function attachmentsOf(env: CaseEnv, caseId: string, settings: Settings, now: Date): Promise<{ url: string }[]> {
  const { ids, open } = await releasedPhotosOf(env.db, caseId)
  const origin = settings.CHENGYUN_PUBLIC_URL?.replace(/\/$/, '') ?? ''
  return ids.map((id) => ({ url: `${origin}${photoUrl(env, id, open, now)}` }))
}
