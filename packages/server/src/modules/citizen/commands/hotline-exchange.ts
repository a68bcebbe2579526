import { createHash } from 'node:crypto'
import type { CaseInput, OperationKey } from '@chengyun/contract/cases'
import { dayAt } from '@chengyun/contract/indicators'
import {
  type HotlineOrder,
  type HotlineReceipt,
  type HotlineSupplement,
  type HotlineUrge,
  type HotlineVisit,
  type HotlineWithdrawal,
  SATISFACTIONS
} from '@chengyun/contract/public'
import { type Actor, SYSTEM } from '../../../platform/actor.ts'
import { AppError } from '../../../platform/errors.ts'
import { type CaseEnv, type CaseRecord, getVisibleCase, moveCase, reportCase } from '../../cases/index.ts'
import type { GeoService } from '../../geo/index.ts'
import { canonical, classOfCategory, clip, descriptionOf, reportOf } from '../domain/hotline-order.ts'
import { findOrder, type HotlineSystemRow, listCategories } from '../queries/hotline.ts'
import { placeOfOrder } from '../queries/hotline-place.ts'
import { needOther, OTHER_CLASS } from './citizen-filing.ts'
import { claimIncoming, type Done, finishIncoming, type IncomingKind, releaseIncoming } from './hotline-incoming.ts'

/** Somebody else may take a step at the same moment. */
const MOST_ATTEMPTS = 4
const OPINION_LENGTH = 500
const STANDARD = 'GB/T 47678.5-2026'

/** A message that came in: who sent it, and when it is. */
export interface Sender {
  system: HotlineSystemRow
  ip: string
  now: Date
}
type Effect = Pick<Done, 'hide' | 'satisfaction' | 'askReopen' | 'withdrawn'> & {
  outcome: 'applied' | 'noted'
  reason?: string
  record: CaseRecord
}
interface Message {
  orderNo: string
  seq: number
}

const actorOf = ({ system, ip }: Sender): Actor => ({
  ...SYSTEM,
  id: system.id,
  name: system.name,
  username: `hotline:${system.key}`,
  ip
})

/** receiveOrder. The first one makes the case; a newer one about the same order says what changed. */
export const receiveOrder = (env: CaseEnv, geo: GeoService, from: Sender, order: HotlineOrder): Promise<HotlineReceipt> =>
  exchange(env, from, 'order', order, async (caseId) => {
    if (caseId !== null) return tell(env, from, caseId, order, `热线更新工单：${descriptionOf(order)}`)
    const place = await placeOfOrder(env, geo, order, from.system.crs)
    const classCode = await classOf(env, order, from.now)
    const report = reportOf(order, { system: from.system.key, place, classCode }, from.now)
    const record = await reportCase(env, actorOf(from), report, { now: from.now })
    await linkRepeat(env, from, order, record)
    return { outcome: 'applied', record, ...(order.confidential && { hide: true }) }
  })

export const receiveSupplement = (env: CaseEnv, from: Sender, m: HotlineSupplement): Promise<HotlineReceipt> =>
  exchange(env, from, 'supplement', m, (caseId) => {
    const files = m.attachments?.length ? `（附件：${m.attachments.map((a) => a.url).join(' ')}）` : ''
    return tell(env, from, caseId!, m, `热线补充：${m.content.trim()}${files}`)
  })

export const receiveUrge = (env: CaseEnv, from: Sender, m: HotlineUrge): Promise<HotlineReceipt> =>
  exchange(env, from, 'urge', m, (caseId) => tell(env, from, caseId!, m, `热线催办${m.content ? `：${m.content.trim()}` : ''}`))

/** Before registration the case is cancelled; afterwards the desk is told and decides. */
export const receiveWithdrawal = (env: CaseEnv, from: Sender, m: HotlineWithdrawal): Promise<HotlineReceipt> =>
  exchange(env, from, 'withdrawal', m, async (caseId) => {
    const opinion = `热线撤单：${m.reason.trim()}`
    const cancelled = await attempt(env, from, caseId!, m, 'cancel', { opinion })
    if (cancelled.done) return { outcome: 'applied', record: cancelled.record, withdrawn: true }
    const told = await tell(env, from, caseId!, m, opinion)
    return { ...told, outcome: 'noted', reason: cancelled.reason }
  })

/** pushVisit: on the record of the case where the flow allows; unsatisfied asks a reviewer for 二次办理. */
export const receiveVisit = (env: CaseEnv, from: Sender, m: HotlineVisit): Promise<HotlineReceipt> =>
  exchange(env, from, 'visit', m, async (caseId) => {
    const satisfaction = SATISFACTIONS[m.satisfaction]
    const opinion = m.opinion?.trim()
    const visited = await attempt(env, from, caseId!, m, 'visit', { satisfaction, ...(opinion && { opinion }) })
    const ended = !visited.record.isOpen
    return {
      outcome: visited.done ? 'applied' : 'noted',
      ...(!visited.done && { reason: visited.reason }),
      record: visited.record,
      satisfaction: m.satisfaction,
      ...(satisfaction === 'unsatisfied' && ended && { askReopen: `热线回访不满意${opinion ? `：${opinion}` : ''}` })
    }
  })

/** The frame of every message: claimed, worked on, answered; each step may be repeated without doubling anything. */
async function exchange(
  env: CaseEnv,
  from: Sender,
  kind: IncomingKind,
  message: Message & Partial<HotlineOrder>,
  work: (caseId: string | null) => Promise<Effect>
): Promise<HotlineReceipt> {
  const { system, now } = from
  const actor = actorOf(from)
  const { orderNo, seq } = message
  const key = { systemId: system.id, orderNo, seq }
  const text = canonical(message)
  const claim = await claimIncoming(
    env.db,
    actor,
    {
      ...key,
      kind,
      hash: createHash('sha256').update(`${kind}\n${text}`).digest('hex'),
      bodyEnc: env.seal(text, `hotline.in:${system.id}:${orderNo}`),
      ...(kind === 'order' && {
        fresh: {
          appealType: message.appealType!,
          confidential: message.confidential ?? false,
          expectedDeadline: message.expectedDeadline,
          sentOn: dayAt(message.dispatchTime ? Date.parse(message.dispatchTime) : now.getTime(), env.timeZone)
        }
      })
    },
    now
  )
  if ('answer' in claim) return claim.answer
  try {
    const { outcome, reason, record, ...effect } = await work(claim.caseId)
    const answer: HotlineReceipt = {
      orderNo,
      seq,
      outcome,
      ...(reason !== undefined && { reason }),
      caseNo: record.caseNo,
      at: now.toISOString()
    }
    return await finishIncoming(env.db, actor, { ...key, answer, caseId: record.id, ...effect }, now)
  } catch (error) {
    // Refused for what it says: a corrected one may come under the same number. A failure of ours is worked on when it comes again.
    if (error instanceof AppError && error.status < 500) await releaseIncoming(env.db, actor, key, now)
    throw error
  }
}

async function classOf(env: CaseEnv, order: HotlineOrder, now: Date): Promise<string> {
  const table = new Map((await listCategories(env.db)).map((c) => [c.category, c.classCode]))
  const code = classOfCategory(order.appealCategory, table)
  if (code !== undefined && env.reference.findClass(STANDARD, 'matter', code)?.active) return code
  await needOther(env, now)
  return OTHER_CLASS
}

/** 重复件: the two cases point at each other; whether they become one is the desk's decision. */
async function linkRepeat(env: CaseEnv, from: Sender, order: HotlineOrder, record: CaseRecord): Promise<void> {
  if (order.repeatOf === undefined || order.repeatOf === order.orderNo) return
  const other = await findOrder(env.db, from.system.id, order.repeatOf)
  if (other?.caseNo) await attempt(env, from, record.id, order, 'link', { linkTo: other.caseNo })
}

/** Words of the hotline reach the desk as an urging (催办); after the end they are only noted. */
async function tell(env: CaseEnv, from: Sender, caseId: string, m: Message, text: string): Promise<Effect> {
  const told = await attempt(env, from, caseId, m, 'urge', { opinion: clip(text, OPINION_LENGTH) })
  return told.done ? { outcome: 'applied', record: told.record } : { outcome: 'noted', reason: told.reason, record: told.record }
}

type Attempt = { done: true; record: CaseRecord } | { done: false; record: CaseRecord; reason: string }

/** One operation in the hotline's name, once however often the message comes; what the flow does not allow is told, not thrown. */
async function attempt(
  env: CaseEnv,
  from: Sender,
  caseId: string,
  m: Message,
  op: OperationKey,
  input: Omit<CaseInput, 'version'>
): Promise<Attempt> {
  const actor = actorOf(from)
  const options = { now: from.now, key: `hotline:${from.system.key}:${m.orderNo}:${m.seq}:${op}` }
  for (let n = 0; ; n += 1) {
    const record = await getVisibleCase(env.db, actor, caseId)
    try {
      // No case stands at version 0: the first time this asks only whether the message was taken before.
      const version = n === 0 ? 0 : record.version
      return { done: true, record: await moveCase(env, actor, caseId, op, { version, ...input }, options) }
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error
      if (error.code === 'CASE_VERSION_STALE' && n < MOST_ATTEMPTS) continue
      if (error.code === 'CASE_VERSION_STALE') throw new AppError('SERVICE_UNAVAILABLE', 503)
      return { done: false, record, reason: error.code }
    }
  }
}
