import type { CaseReport, OperationKey } from '@chengyun/contract/cases'
import { REGISTRY_ERRORS } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { type Actor, grantsFor, may } from '../../../platform/actor.ts'
import { commitSignal } from '../../../platform/command.ts'
import { type Db, runInTransaction, type Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { findEvidence, linkEvidence } from '../../media/index.ts'
import { findComponent } from '../../registry/index.ts'
import { applyClocks } from '../domain/clocks.ts'
import { refuse } from '../domain/guards.ts'
import { factsOf, type PlannedStep, settle } from '../domain/plan.ts'
import { BLANK, type CaseRecord } from '../domain/record.ts'
import type { CaseEnv } from '../env.ts'
import { dayOf, nextCaseNo } from './numbers.ts'
import { direct, findCases, inside, writeMove } from './store.ts'

export interface ReportOptions {
  now: Date
  /** The client's Idempotency-Key: the same report again answers with the case of the first. */
  key?: string | undefined
  op?: 'report' | 'selfHandle'
}

const unknownComponent = thrower(REGISTRY_ERRORS)
const FUTURE_TOLERANCE_MS = 5 * 60_000

/** Take in a problem: place it, number it, start its clock. One round trip, unless evidence or a reporter's contact comes with it. */
export async function reportCase(env: CaseEnv, actor: Actor, input: CaseReport, options: ReportOptions): Promise<CaseRecord> {
  const { now, key, op = 'report' } = options
  const reportKey = key === undefined ? null : `${actor.id}:${key}`
  const placed = place(env, input)
  const { reference } = env
  const standardRef = input.standardRef ?? 'GB/T 47678.5-2026'
  const cls = reference.findClass(standardRef, input.kind, input.classCode)
  if (!cls?.active) throw refuse('CASE_CLASS_UNKNOWN', { classCode: input.classCode, standardRef })
  if (op === 'selfHandle' && !cls.selfHandle) throw refuse('CASE_SELF_HANDLE_CLASS')
  if (input.foundAt && Date.parse(input.foundAt) > now.getTime() + FUTURE_TOLERANCE_MS)
    throw refuse('CASE_TIME_IN_FUTURE', { at: input.foundAt })
  const componentId = await componentOf(env, actor, input)
  const evidence = await evidenceOf(env.db, actor, input.evidenceIds ?? [])
  checkPhotos(env, actor, input, op, evidence)

  const at = now.toISOString()
  const area = placed.districtCode ?? env.adcode
  const base: CaseRecord = {
    ...BLANK,
    id: newId(now.getTime()),
    caseNo: await nextCaseNo(env.db, area.slice(0, 6), dayOf(now, env.timeZone)),
    standardRef,
    kind: input.kind,
    classCode: input.classCode,
    majorCode: cls.majorCode,
    componentId,
    sourceType: input.sourceType,
    description: input.description,
    severity: input.severity ?? 'general',
    urgent: input.urgent ?? false,
    reporterId: actor.system ? null : actor.id,
    ...placed,
    address: input.address?.trim() || env.addressOf(placed),
    foundAt: input.foundAt ?? at,
    reportedAt: at,
    needVisit: input.needVisit ?? ['public', 'hotline', 'app'].includes(input.sourceType),
    externalSystem: input.external?.system ?? null,
    externalNo: input.external?.no ?? null,
    thumbId: evidence.find((e) => e.kind === 'image')?.id ?? null,
    state: {
      ...(input.external && {
        external: {
          ...(input.external.className && { className: input.external.className }),
          ...(input.external.unitName && { unitName: input.external.unitName })
        }
      })
    },
    reportKey
  }
  const record = op === 'report' ? started(env, base, now) : handledOnTheSpot(base, at)
  const step: PlannedStep = {
    at,
    op,
    record: op === 'report' ? 'forward' : 'close',
    fromStatus: null,
    toStatus: record.status,
    actor: { id: actor.id, name: actor.name, unitId: actor.unitId, role: roleFor(actor, `cases:${op}`) },
    opinion: input.note ?? null,
    data: {
      facts: factsOf(record),
      ...(evidence.length > 0 && { evidence: evidence.map(({ id, sha256, phase }) => ({ id, sha256, phase })) })
    },
    stage: null,
    usedS: null,
    overdue: false
  }
  const move = { before: null, steps: [{ step, after: record }], commandKey: key }
  try {
    if (evidence.length === 0 && !input.reporter) return (await writeMove(direct(env.db), move))!
    const written = await runInTransaction(env.db, async (tx) => {
      const out = (await writeMove(inside(tx), move))!
      if (input.reporter) await keepContact(tx, env, out.id, input.reporter)
      if (evidence.length > 0) {
        await linkEvidence.within(
          tx,
          { ids: evidence.map((e) => e.id), ownerType: 'case', ownerId: out.id, caseNo: out.caseNo, address: out.address },
          {
            actor,
            now,
            emit: () => undefined,
            audit: () => undefined
          }
        )
      }
      return out
    })
    commitSignal.emit('commit')
    return written
  } catch (error) {
    const earlier = await replayed(env.db, error, reportKey, input)
    if (earlier) return earlier
    throw error
  }
}

/**
 * The component a report is about, under the code the register has it by. A code nobody knows is refused, unless another system says it:
 * its case must not be lost over a code. @throws AppError REGISTRY_COMPONENT_UNKNOWN
 */
async function componentOf(env: CaseEnv, actor: Actor, input: CaseReport): Promise<string | null> {
  if (input.componentId === undefined) return null
  const known = await findComponent(env.db, input.componentId)
  if (!known && !input.external && actor.system !== true)
    throw unknownComponent('REGISTRY_COMPONENT_UNKNOWN', { code: input.componentId })
  return known?.code ?? input.componentId
}

/** The record of a case whose report was sent again (same key, or same number of the same outside system). */
async function replayed(db: Db, error: unknown, reportKey: string | null, input: CaseReport): Promise<CaseRecord | undefined> {
  const { code, constraint } = error as { code?: string; constraint?: string }
  if (code !== '23505') return undefined
  if (constraint === 'case_report_key_ix')
    return (await findCases(db, 'cases-by-report-key', 'c.report_key = $1', [reportKey]))[0]
  if (constraint !== 'case_external_ix') return undefined
  const { system, no } = input.external!
  return (await findCases(db, 'cases-by-external', 'c.external_system = $1 and c.external_no = $2', [system, no]))[0]
}

export const roleFor = (actor: Actor, permission: string): string | null => grantsFor(actor, permission)[0]?.role ?? null

type Placed = Pick<
  CaseRecord,
  'lng' | 'lat' | 'origin' | 'precision' | 'districtCode' | 'streetCode' | 'communityCode' | 'gridCode' | 'dutyGridCode'
>

/** Where a report lies: point, and the codes it is entitled to by its precision. @throws AppError CASE_OUTSIDE_CITY */
export function place(env: CaseEnv, input: Pick<CaseReport, 'location' | 'crs' | 'precision' | 'accuracyM'>): Placed {
  const crs = input.crs ?? 'CGCS2000'
  const [lng, lat] = env.toCgcs2000(input.location, crs)
  const point = { lng, lat }
  const located = env.locate(point)
  const district = located ? null : env.districtAt(point)
  if (!located && !district) throw refuse('CASE_OUTSIDE_CITY', { location: input.location })
  // What is known only to the district must not look like a grid: an approximate place carries codes only as far as it is true.
  const precision = input.precision ?? 'exact'
  const exact = precision === 'exact'
  const toStreet = exact || precision === 'street'
  const toDistrict = precision !== 'city'
  return {
    lng,
    lat,
    origin:
      crs === 'CGCS2000' && input.accuracyM === undefined
        ? null
        : {
            crs,
            lng: input.location[0],
            lat: input.location[1],
            ...(input.accuracyM !== undefined && { accuracyM: input.accuracyM })
          },
    precision,
    districtCode: toDistrict ? (located?.districtCode ?? district!.code) : null,
    streetCode: toStreet ? (located?.streetCode ?? null) : null,
    communityCode: exact ? (located?.communityCode ?? null) : null,
    gridCode: exact ? (located?.gridCode ?? null) : null,
    dutyGridCode: exact ? (located?.dutyGridCode ?? null) : null
  }
}

export interface Evidence {
  id: string
  sha256: string
  phase: string
  kind: string
}

/** Files named in a request: they exist, this person uploaded them, and no case has them yet. */
export async function evidenceOf(db: Db, actor: Actor, ids: readonly string[]): Promise<Evidence[]> {
  if (ids.length === 0) return []
  const found = await findEvidence(db, ids, actor)
  // That no other case has them is checked under lock when they are linked.
  const mine = found.filter((f) => f.uploaderId === actor.id)
  if (mine.length !== new Set(ids).size) throw refuse('CASE_EVIDENCE_UNKNOWN')
  return mine.map((f) => ({ id: f.id, sha256: f.sha256, phase: f.phase, kind: f.kind }))
}

/** A collector brings one near and one far photo; on-the-spot handling needs before and after (§2.12 rows 1 and 2). */
function checkPhotos(env: CaseEnv, actor: Actor, input: CaseReport, op: OperationKey, evidence: readonly Evidence[]): void {
  const wanted =
    op === 'selfHandle'
      ? ['before', 'after']
      : input.sourceType === 'collector' && env.reference.config.collectorPhotos && !may(actor, 'cases:accept')
        ? ['near', 'far']
        : []
  const missing = wanted.filter((phase) => !evidence.some((e) => e.phase === phase))
  if (missing.length > 0) throw refuse('CASE_EVIDENCE_REQUIRED', { phases: missing.join(', '), missing })
}

/** A fresh report with the clock of its acceptance running. */
export function started(env: CaseEnv, base: CaseRecord, now: Date): CaseRecord {
  const { reference } = env
  const current = reference.calendarOf(base.districtCode)
  const clocks = applyClocks({}, ['start:accept'], {
    now,
    current,
    book: reference.book,
    stageLimits: reference.config.stageLimits,
    handleLimit: null,
    sameUnit: false,
    reworkMode: reference.config.reworkMode
  })
  return settle({ ...base, clocks }, { current, book: reference.book, config: reference.config }, now)
}

const handledOnTheSpot = (base: CaseRecord, at: string): CaseRecord => ({
  ...base,
  status: 'closed',
  isOpen: false,
  selfHandled: true,
  closedAt: at,
  needVisit: false
})

async function keepContact(tx: Tx, env: CaseEnv, caseId: string, reporter: NonNullable<CaseReport['reporter']>): Promise<void> {
  const { name, phone } = reporter
  const digits = phone?.replace(/\D/g, '')
  await sql`insert into cases.contact (case_id, name_enc, phone_enc, phone_hmac)
    values (${caseId}, ${name ? env.seal(name, `contact.name:${caseId}`) : null}, ${phone ? env.seal(phone, `contact.phone:${caseId}`) : null}, ${digits ? env.blindIndex(digits) : null})`.execute(
    tx
  )
}
