import { CASE_ERRORS, type CaseReport, CODE_ERRORS, permissionOf } from '@chengyun/contract/cases'
import { CLOCK_ERRORS } from '@chengyun/contract/clock'
import { COMMON_ERRORS } from '@chengyun/contract/common'
import {
  FIELD_ERRORS,
  FIELD_INPUTS,
  type FieldAnswer,
  type FieldInputs,
  type FieldKind,
  type FieldOperation,
  type FieldReport,
  type FieldResult,
  PLACE_CORRECTION_M
} from '@chengyun/contract/field'
import { GEO_ERRORS } from '@chengyun/contract/geo'
import { MEDIA_ERRORS } from '@chengyun/contract/media'
import { REGISTRY_ERRORS } from '@chengyun/contract/registry'
import type { FastifyBaseLogger } from 'fastify'
import { Value } from 'typebox/value'
import { type Actor, may } from '../../platform/actor.ts'
import { fingerprintOf } from '../../platform/command.ts'
import { AppError, type ErrorCatalogue, fillText, thrower } from '../../platform/errors.ts'
import { type CaseEnv, type CaseRecord, getVisibleCase, moveCase, reportCase, viewCase } from '../cases/index.ts'
import { distanceM } from '../geo/index.ts'
import { dutyGridsOf } from '../org/index.ts'
import { findComponent } from '../registry/index.ts'
import { keepOperation, type Received } from './commands/log.ts'
import { propose } from './commands/proposal.ts'
import { attend, keepTrack, type Spot } from './commands/shift.ts'
import { corrected, driftOf } from './domain/drift.ts'
import { outcomeOf } from './domain/outcome.ts'
import { listGridsOfDuty } from './queries/components.ts'
import { findDone } from './queries/operations.ts'
import type { FieldSettings } from './settings.ts'

const fault = thrower({ ...FIELD_ERRORS, REGISTRY_COMPONENT_UNKNOWN: REGISTRY_ERRORS.REGISTRY_COMPONENT_UNKNOWN })
const DAY_MS = 86_400_000

/** What applying operations stands on. */
export interface FieldEnv {
  cases: CaseEnv
  settings: FieldSettings
  log: FastifyBaseLogger
}
interface Job {
  env: FieldEnv
  actor: Actor
  op: FieldOperation
  received: Received
  now: Date
}

/** Does one operation of a device, or says why not. Never throws for the operation's own faults: the others go on. */
export async function applyOperation(
  env: FieldEnv,
  actor: Actor,
  deviceId: string,
  op: FieldOperation,
  { now, english }: { now: Date; english: boolean }
): Promise<FieldAnswer> {
  const { db } = env.cases
  const driftMs = driftOf(op.sentAt, now)
  const received: Received = {
    key: op.key,
    kind: op.kind,
    deviceId,
    fingerprint: fingerprintOf([op.kind, op.capturedAt, op.input]),
    capturedAt: op.capturedAt,
    correctedAt: corrected(op.capturedAt, driftMs, now),
    driftMs,
    place: op.place ?? null,
    accuracyM: op.accuracyM ?? null
  }
  try {
    const earlier = await findDone(db, actor.id, op.key)
    if (earlier) {
      if (earlier.fingerprint !== received.fingerprint) throw fault('FIELD_KEY_REUSED')
      return { key: op.key, outcome: 'repeated', ...(earlier.result && { result: earlier.result }) }
    }
    const result = await perform({ env, actor, op, received, now })
    await keepOperation(db, actor, { ...received, outcome: 'done', errorCode: null, result }, now)
    return { key: op.key, outcome: 'done', result }
  } catch (thrown) {
    return answerFault(env, actor, received, op, asAppError(thrown), { now, english })
  }
}

async function answerFault(
  env: FieldEnv,
  actor: Actor,
  received: Received,
  op: FieldOperation,
  error: AppError,
  { now, english }: { now: Date; english: boolean }
): Promise<FieldAnswer> {
  const outcome = outcomeOf(error)
  if (outcome === 'later') env.log.error({ err: error.cause ?? error, key: op.key, kind: op.kind }, 'field operation not judged')
  else if (error.code !== 'FIELD_KEY_REUSED')
    await keepOperation(env.cases.db, actor, { ...received, outcome, errorCode: error.code, result: null }, now)
  const text = TEXTS[error.code]
  const current = outcome === 'conflict' && op.kind === 'move' ? await currentOf(env, actor, op.input.caseId, now) : undefined
  return {
    key: op.key,
    outcome,
    error: {
      code: error.code,
      message: text ? fillText(english ? text.en : text.zh, error.details) : error.message,
      ...(error.details && { details: error.details })
    },
    ...(current && { current })
  }
}

const TEXTS: ErrorCatalogue = {
  ...COMMON_ERRORS,
  ...GEO_ERRORS,
  ...MEDIA_ERRORS,
  ...CASE_ERRORS,
  ...CODE_ERRORS,
  ...CLOCK_ERRORS,
  ...REGISTRY_ERRORS,
  ...FIELD_ERRORS
}

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const { code } = thrown as { code?: string }
  // Text that no database takes: the NUL character.
  if (code === '22021' || code === '22P05') return fault('FIELD_INPUT_INVALID', { field: 'text', reason: 'U+0000' })
  return Object.assign(new AppError('SERVICE_UNAVAILABLE', 503), { cause: thrown })
}

/** The case as it stands, for the view of two versions; nothing when it has left the person's sight. */
async function currentOf(env: FieldEnv, actor: Actor, caseId: unknown, now: Date) {
  if (typeof caseId !== 'string') return undefined
  try {
    return await viewCase(env.cases, actor, await getVisibleCase(env.cases.db, actor, caseId), now)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

function perform(job: Job): Promise<FieldResult> {
  const { env, actor, op, received, now } = job
  if (!may(actor, 'field:work')) throw fault('FIELD_POST_LOST')
  const days = env.settings.CHENGYUN_FIELD_MAX_AGE_DAYS
  if (received.correctedAt.getTime() < now.getTime() - days * DAY_MS) throw fault('FIELD_TIME_TOO_OLD', { days })
  switch (op.kind) {
    case 'report':
    case 'selfHandle':
      return report(job, op.kind)
    case 'move':
      return move(job)
    case 'attendance':
      return punch(job)
    case 'track':
      return track(job)
    case 'proposal':
      return correct(job)
  }
}

/** @throws AppError FIELD_INPUT_INVALID naming the first field that is wrong */
function inputOf<K extends FieldKind>(kind: K, { op }: Job): FieldInputs[K] {
  const error = Value.Errors(FIELD_INPUTS[kind], op.input)[0]
  if (error) {
    const params = error.params as { additionalProperties?: string[]; requiredProperties?: string[] }
    const field = params.additionalProperties?.[0] ?? params.requiredProperties?.[0] ?? error.instancePath.slice(1)
    throw fault('FIELD_INPUT_INVALID', { field, reason: error.message })
  }
  return op.input as FieldInputs[K]
}

/** A place set by hand lies near where the device was (standards §2.15). Without a fix there is nothing to compare with. */
function checkCorrection(env: FieldEnv, op: FieldOperation, location: [number, number], crs = 'CGCS2000'): void {
  if (!op.place) return
  const gap = distanceM(op.place, env.cases.toCgcs2000(location, crs))
  if (gap > PLACE_CORRECTION_M) throw fault('FIELD_PLACE_TOO_FAR', { distanceM: Math.round(gap), limitM: PLACE_CORRECTION_M })
}

const resultOf = (r: CaseRecord): FieldResult => ({ caseId: r.id, caseNo: r.caseNo, version: r.version, status: r.status })

async function report(job: Job, op: 'report' | 'selfHandle'): Promise<FieldResult> {
  const { env, actor, received, now } = job
  const input = inputOf(op, job)
  if (!may(actor, permissionOf(op))) throw fault('FIELD_POST_LOST')
  checkCorrection(env, job.op, input.location, input.crs)
  const whole: CaseReport = {
    ...(await withKnownComponent(env, input)),
    sourceType: 'collector',
    foundAt: received.correctedAt.toISOString(),
    ...(received.accuracyM !== null && { accuracyM: received.accuracyM })
  }
  return resultOf(await reportCase(env.cases, actor, whole, { now, key: job.op.key, op }))
}

/** Marks a report whose component the register does not have. */
const unknownCode = (code: string): string => `（标牌编码 ${code}，部件台账中没有）`

/** What was reported offline with a code nobody knows is not lost over the code: it is said in the words, for whoever accepts the case. */
async function withKnownComponent({ cases }: FieldEnv, input: FieldReport): Promise<FieldReport> {
  const { componentId, ...rest } = input
  if (componentId === undefined || (await findComponent(cases.db, componentId))) return input
  const mark = unknownCode(componentId)
  return { ...rest, description: rest.description.slice(0, 500 - mark.length) + mark }
}

async function move(job: Job): Promise<FieldResult> {
  const { env, actor, now } = job
  const { caseId, op, ...input } = inputOf('move', job)
  const version = job.op.expects?.version
  if (version === undefined) throw fault('FIELD_VERSION_REQUIRED')
  return resultOf(await moveCase(env.cases, actor, caseId, op, { ...input, version }, { now, key: job.op.key }))
}

/** Duty grids of a person with their unit grids: one of another shift may lie over the same ones. */
async function beatOf(env: FieldEnv, actor: Actor): Promise<{ codes: string[]; cells: ReadonlySet<string> }> {
  const codes = dutyGridsOf(actor.grants)
  return { codes, cells: new Set(await listGridsOfDuty(env.cases.db, codes)) }
}

/** Where a point lies. Somebody without a duty grid of his own is nowhere outside of it. */
function spotOf(
  env: FieldEnv,
  mine: Awaited<ReturnType<typeof beatOf>>,
  place: readonly [number, number],
  accuracyM: number | null
): Omit<Spot, 'at'> {
  const [lng, lat] = place
  const located = env.cases.locate({ lng, lat })
  return {
    lng,
    lat,
    accuracyM,
    gridCode: located?.gridCode ?? null,
    outside: mine.codes.length > 0 && !mine.cells.has(located?.gridCode ?? '')
  }
}

async function punch(job: Job): Promise<FieldResult> {
  const { env, actor, op, received, now } = job
  const { action } = inputOf('attendance', job)
  const mine = await beatOf(env, actor)
  const spot = op.place ? spotOf(env, mine, op.place, received.accuracyM) : null
  const districtCode = op.place ? (env.cases.districtAt({ lng: op.place[0], lat: op.place[1] })?.code ?? null) : null
  return attend(
    env.cases.db,
    actor,
    { received, action, at: received.correctedAt, spot, dutyGridCodes: mine.codes, districtCode },
    now
  )
}

async function track(job: Job): Promise<FieldResult> {
  const { env, actor, received, now } = job
  const mine = await beatOf(env, actor)
  const spots = inputOf('track', job).points.map((p) => ({
    ...spotOf(env, mine, p.place, p.accuracyM ?? null),
    at: corrected(p.at, received.driftMs, now)
  }))
  return keepTrack(
    env.cases.db,
    actor,
    { received, spots, timeZone: env.cases.timeZone, stillM: env.settings.CHENGYUN_FIELD_STILL_M },
    now
  )
}

async function correct(job: Job): Promise<FieldResult> {
  const { env, actor, op, received, now } = job
  const input = inputOf('proposal', job)
  const missing =
    input.kind === 'new'
      ? (['classCode', 'location'] as const).find((f) => input[f] === undefined)
      : (['componentId', ...(input.kind === 'moved' ? (['location'] as const) : [])] as const).find((f) => input[f] === undefined)
  if (missing) throw fault('FIELD_INPUT_INVALID', { field: missing, reason: 'required' })
  if (input.location) checkCorrection(env, op, input.location)
  const component =
    input.kind !== 'new' && input.componentId !== undefined ? await findComponent(env.cases.db, input.componentId) : undefined
  if (input.kind !== 'new' && !component) throw fault('REGISTRY_COMPONENT_UNKNOWN', { code: input.componentId })
  const place = input.location ?? op.place ?? null
  const point = place && { lng: place[0], lat: place[1] }
  const located = point && env.cases.locate(point)
  return propose(
    env.cases.db,
    actor,
    {
      key: op.key,
      input: component ? { ...input, componentId: component.code } : input,
      capturedAt: received.correctedAt,
      place,
      classCode: component?.classCode ?? input.classCode ?? null,
      gridCode: located?.gridCode ?? component?.gridCode ?? null,
      districtCode:
        located?.districtCode ?? (point && env.cases.districtAt(point)?.code) ?? component?.gridCode?.slice(0, 6) ?? null
    },
    now
  )
}
