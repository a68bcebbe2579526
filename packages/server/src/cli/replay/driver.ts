import { createHash } from 'node:crypto'
import type { CaseReport, CaseRowView, CaseView } from '@chengyun/contract/cases'
import type { ReportDraft } from '../../import/row.ts'
import type { Account } from './account.ts'
import { RefusedError } from './client.ts'
import type { Ack, Journal } from './journal.ts'
import { drawPhoto, photoForm } from './photo.ts'
import { type Act, delayBefore, type Input, nextAct, type Standing, scriptFor } from './script.ts'
import type { Staff } from './staff.ts'

/** An order ready to be reported: its place settled, its original row let go. */
export interface Order {
  row: number
  no: string
  draft: Omit<ReportDraft, 'raw'>
  point: [number, number]
}

export interface ConditionChoice {
  id: string
  isDefault: boolean
}

export interface City {
  staff: Staff
  conditionsOf(kind: string, code: string): Promise<readonly ConditionChoice[]>
  handlerPhotos: boolean
  twoStep: boolean
}

export interface DriveOptions {
  seed: string
  journal: Journal
  /** Waits until the instant of the original time at which something is due; returns at once when the replay knows no time. */
  pace(at: number): Promise<void>
  stopped(): boolean
}

interface At extends Standing {
  id: string
  caseNo: string
  version: number
  unitId: string | null
  collectorId: string | null
  needVisit: boolean
}

export type Ended = 'ended' | 'stopped' | 'foreign'
const LONGEST_STORY = 60

/** Takes one order from its report to its end, through nothing but the public API. @throws RefusedError, UnreachableError */
export async function drive(city: City, order: Order, options: DriveOptions): Promise<Ended> {
  const { seed } = options
  const script = scriptFor({ no: order.no, answer: order.draft.answer, unplaced: order.draft.place.precision === 'city' }, seed)
  let time = order.draft.reportedAt.getTime()
  await options.pace(time)
  if (options.stopped()) return 'stopped'
  let at = await begin(city, order, options)
  if (at === null) return 'foreign'
  for (let acts = 0; acts < LONGEST_STORY; acts += 1) {
    const act = nextAct(at, script, { twoStep: city.twoStep, needVisit: at.needVisit }, new Date())
    if (act === null) return 'ended'
    time += delayBefore(act.op, order.no, at.done.length, seed) * 1000
    await options.pace(time)
    if (options.stopped()) return 'stopped'
    at = await perform(city, order, at, act, options)
  }
  throw new RefusedError(
    0,
    { code: 'REPLAY_ENDLESS', message: `after ${LONGEST_STORY} operations the case is ${at.status}` },
    order.no
  )
}

/** The same words for the same act of the same order: what makes sending it twice harmless. */
const keyOf = (seed: string, { no, draft }: Order, what: string): string =>
  createHash('sha256').update([draft.external.system, seed, no, what].join('\n')).digest('hex').slice(0, 40)

async function begin(city: City, order: Order, { seed, journal }: DriveOptions): Promise<At | null> {
  const earlier = journal.acks.get(order.no)
  if (earlier) return fromAcks(earlier)
  const reply = await city.staff.desk('hotline').post<CaseView>('/api/cases', reportOf(order), keyOf(seed, order, 'report'))
  // The same outside number was there before this replay: it is somebody else's case, and counted as such.
  if (reply.version !== 1 || reply.status !== 'reported') return null
  const needVisit = ['public', 'hotline', 'app'].includes(order.draft.sourceType)
  const at: At = {
    id: reply.id,
    caseNo: reply.caseNo,
    version: 1,
    status: 'reported',
    requestKind: null,
    done: ['report'],
    checkFailed: false,
    unitId: null,
    collectorId: null,
    needVisit
  }
  journal.acknowledge({
    no: order.no,
    id: at.id,
    caseNo: at.caseNo,
    op: 'report',
    version: 1,
    status: at.status,
    requestKind: null,
    needVisit
  })
  return at
}

function fromAcks(acks: readonly Ack[]): At {
  const last = acks.at(-1)!
  return {
    id: last.id,
    caseNo: last.caseNo,
    version: last.version,
    status: last.status,
    requestKind: last.requestKind,
    done: acks.map((a) => a.op),
    checkFailed: last.checkFailed ?? false,
    // Whom it is with is asked for when needed: the journal keeps only what the server acknowledged.
    unitId: null,
    collectorId: null,
    needVisit: acks[0]?.needVisit ?? false
  }
}

const fromView = (view: CaseView, needVisit: boolean): At => ({
  id: view.id,
  caseNo: view.caseNo,
  version: view.version,
  status: view.status,
  requestKind: view.requestKind,
  done: view.steps.map((s) => s.op),
  checkFailed: lastResult(view) === 'fail',
  unitId: view.unitId,
  collectorId: view.task?.collectorId ?? null,
  needVisit
})

const lastResult = (view: CaseView): unknown =>
  (view.steps.findLast((s) => s.op === 'submitCheck')?.data.input as { result?: unknown } | undefined)?.result

async function perform(city: City, order: Order, at: At, act: Act, options: DriveOptions): Promise<At> {
  const { seed, journal } = options
  const nth = at.done.filter((op) => op === act.op).length
  const known =
    (act.by === 'collector' && at.collectorId === null) || (act.needs && act.needs !== 'condition' && at.unitId === null)
      ? await look(city, at)
      : at
  if (known.version !== at.version) return known
  const { account, input } = await prepare(city, order, known, act, seed, nth)
  const full = act.op === 'sendVerify' || act.op === 'sendCheck'
  const send = (more: Input = {}) =>
    account.post<CaseView | CaseRowView>(
      `/api/cases/${at.id}/operations/${act.op}?view=${full ? 'full' : 'row'}`,
      { version: at.version, ...input, ...more },
      keyOf(seed, order, `${act.op}/${nth}`)
    )
  let reply: CaseView | CaseRowView
  try {
    reply = await send()
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    // It moved without us, e.g. by an act whose answer was lost with its server: what is true now decides. Whoever gave a task back
    // need not see the case any more.
    if (MOVED_ON.has(error.code)) {
      const now = await look(city, at)
      if (now.version === at.version) throw error
      return now
    }
    if (error.code === 'CASE_EVIDENCE_REQUIRED' && act.needs === 'photo') {
      city.handlerPhotos = true
      reply = await send({ evidenceIds: [await uploadPhoto(account, order, seed, nth)] })
    } else throw error
  }
  const task = 'task' in reply ? reply.task : null
  const next: At = {
    ...at,
    version: reply.version,
    status: reply.status,
    requestKind: reply.requestKind,
    unitId: reply.unitId,
    done: [...at.done, act.op],
    collectorId: task?.collectorId ?? null,
    checkFailed: act.op === 'submitCheck' ? input.result === 'fail' : at.checkFailed && act.op !== 'checkFailRework'
  }
  journal.acknowledge({
    no: order.no,
    id: at.id,
    caseNo: at.caseNo,
    op: act.op,
    version: next.version,
    status: next.status,
    requestKind: next.requestKind,
    ...(next.checkFailed && { checkFailed: true })
  })
  return next
}

const MOVED_ON = new Set(['CASE_VERSION_STALE', 'CASE_OPERATION_NOT_ALLOWED', 'CASE_NOT_FOUND'])

const look = async (city: City, at: At): Promise<At> =>
  fromView(await city.staff.desk('leader').get<CaseView>(`/api/cases/${at.id}`), at.needVisit)

async function prepare(
  city: City,
  order: Order,
  at: At,
  act: Act,
  seed: string,
  nth: number
): Promise<{ account: Account; input: Input }> {
  const { staff } = city
  const { draft } = order
  const place = placeOf(order)
  if (act.by === 'collector') {
    if (at.collectorId === null) throw new RefusedError(0, { code: 'REPLAY_NO_TASK', message: 'nobody was sent' }, order.no)
    return { account: await staff.person(at.collectorId), input: act.input }
  }
  const handlerId = (act.by === 'handler' || act.needs === 'handler') && at.unitId !== null ? staff.handlerFor(at.unitId) : null
  if (act.by === 'handler') {
    if (handlerId === null) throw new RefusedError(0, { code: 'REPLAY_NO_HANDLER', message: 'the unit has nobody' }, order.no)
    const account = await staff.person(handlerId)
    const photo =
      act.needs === 'photo' && city.handlerPhotos ? { evidenceIds: [await uploadPhoto(account, order, seed, nth)] } : {}
    return { account, input: { ...act.input, ...photo } }
  }
  const account = staff.desk(act.by)
  if (act.needs === 'condition') {
    const conditions = await city.conditionsOf(draft.kind, draft.classCode)
    const chosen = conditions.find((c) => c.isDefault) ?? conditions[0]
    if (!chosen)
      throw new RefusedError(0, { code: 'REPLAY_NO_CONDITION', message: `class ${draft.classCode} has no condition` }, order.no)
    return { account, input: { ...act.input, conditionId: chosen.id, severity: draft.severity } }
  }
  if (act.needs === 'unit')
    return { account, input: { ...act.input, unitId: (staff.unitFor(draft.unitKey, place) ?? staff.lastResort(place)).id } }
  if (act.needs === 'handler') {
    if (handlerId !== null) return { account, input: { ...act.input, handlerId } }
    throw new RefusedError(
      0,
      { code: 'REPLAY_NO_HANDLER', message: `nobody handles for ${staff.unit(at.unitId ?? '')?.name ?? 'the unit'}` },
      order.no
    )
  }
  return { account, input: act.input }
}

async function uploadPhoto(account: Account, order: Order, seed: string, nth: number): Promise<string> {
  const what = `photo/${nth}`
  const form = photoForm(await drawPhoto(`${seed}/${order.no}/${what}`), 'after', order.point)
  return (await account.upload<{ id: string }>('/api/media', form, keyOf(seed, order, what))).id
}

const placeOf = ({ draft }: Order): { districtCode: string | null; streetCode: string | null } => {
  const { precision, divisionCode } = draft.place
  return {
    districtCode: precision === 'city' || divisionCode.endsWith('00') ? null : divisionCode.slice(0, 6),
    streetCode: divisionCode.length >= 9 ? divisionCode.slice(0, 9) : null
  }
}

function reportOf({ draft, point }: Order): CaseReport {
  const { external, place } = draft
  return {
    standardRef: draft.standardRef,
    kind: draft.kind,
    classCode: draft.classCode,
    description: draft.description,
    location: point,
    // Approximate points are ours and already in CGCS2000.
    crs: place.point === null ? 'CGCS2000' : draft.crs,
    precision: place.precision,
    sourceType: draft.sourceType,
    severity: draft.severity,
    foundAt: draft.reportedAt.toISOString(),
    ...(draft.address !== '' && { address: draft.address }),
    external: {
      system: external.system,
      no: external.no,
      className: external.className,
      ...(external.unitName && { unitName: external.unitName })
    }
  }
}
