import { createHash } from 'node:crypto'
import type { CaseInput, CaseReport, CaseView } from '@chengyun/contract/cases'
import type { Client } from './client.ts'
import type { Subject } from './matter.ts'
import { matterOf } from './matters.ts'
import { checkResult, PLAIN, type Step, verifyResult } from './people.ts'
import { CHECK_FAILED, CORRECTED, DECLINED, NOT_EXISTS, PHRASES } from './phrases.ts'
import { type Phase, photograph } from './pictures/index.ts'
import { chanceOf } from './random.ts'
import type { Staff } from './staff.ts'
import { originalOf } from './standing.ts'
import type { SimEvent } from './world.ts'

interface Condition {
  id: string
  active: boolean
}
interface Responsible {
  unitId: string | null
  unitName: string | null
  candidates: { unitId: string | null }[]
}

const SHIFT_MS = 8 * 3_600_000
const DAY_MS = 86_400_000

/** Carries out what the simulated people decide: photographs, reports, operations — as the right person, through the public API. */
export class Desk {
  readonly #client: Client
  readonly #staff: Staff
  readonly #utcOffsetMin: number

  constructor(client: Client, staff: Staff, utcOffsetMin: number) {
    this.#client = client
    this.#staff = staff
    this.#utcOffsetMin = utcOffsetMin
  }

  /** One case as the reader sees it. */
  view(id: string): Promise<CaseView> {
    return this.#client.get<CaseView>(this.#staff.reader, `/api/cases/${id}`)
  }

  /** Report an event found at `foundAt` (wall clock). The same event twice is one case: its name is the idempotency key. */
  async report(event: SimEvent, seed: string, foundAt: Date): Promise<CaseView> {
    const key = `sim-${seed}-${event.id}`
    const as = await this.#reporterOf(event, key)
    const [lng, lat] = event.location
    const { selfHandled } = event.story
    const phases: Phase[] = selfHandled
      ? ['before', 'after']
      : event.source === 'collector'
        ? ['near', 'far']
        : event.source === 'video'
          ? ['far']
          : chanceOf(key).hit(0.6)
            ? ['near']
            : []
    const evidenceIds: string[] = []
    for (const phase of phases)
      evidenceIds.push(
        await this.#photo(as, event.matter, event.location, phase, event.story.ghost || phase === 'after', foundAt, key)
      )
    const body: CaseReport = {
      kind: event.matter.kind,
      classCode: event.reportedCode,
      description: event.description,
      location: [lng, lat],
      accuracyM: event.accuracyM,
      sourceType: event.source,
      severity: event.severity,
      urgent: event.urgent,
      foundAt: foundAt.toISOString(),
      evidenceIds,
      ...(event.reporter && { reporter: event.reporter }),
      ...(selfHandled && { note: chanceOf(key).pick(event.matter.done) })
    }
    return this.#client.post<CaseView>(as, `/api/cases${selfHandled ? '?selfHandled=true' : ''}`, body, key)
  }

  async #reporterOf(event: SimEvent, key: string): Promise<string> {
    if (event.source === 'video') return this.#atCentre('acceptor', key, event.at)
    if (event.source !== 'collector') return this.#atCentre('hotlineOperator', key, event.at)
    const [lng, lat] = event.location
    const { streetCode } = await this.#client.get<{ streetCode: string }>(
      this.#staff.reader,
      `/api/geo/locate?lng=${lng}&lat=${lat}`
    )
    return chanceOf(key).pick(await this.#staff.collectorsOf(streetCode))
  }

  async #atCentre(role: string, key: string, at: number): Promise<string> {
    const team = await this.#staff.atCentre(role)
    // Two of a shift share the desk; the shift changes every eight hours.
    return team[(Math.floor(at / SHIFT_MS) + chanceOf(key).int(0, 1)) % team.length] as string
  }

  /** Take a picture and hand it in; answers the id of the evidence. */
  async #photo(
    as: string,
    { subject }: { subject: Subject },
    location: readonly [number, number],
    phase: Phase,
    isSolved: boolean,
    takenAt: Date,
    key: string
  ): Promise<string> {
    const shot = { subject, key: location.join(), phase, isSolved, takenAt, utcOffsetMin: this.#utcOffsetMin, location }
    const file = await photograph(shot)
    const fields = {
      phase,
      capturedAt: takenAt.toISOString(),
      lng: String(location[0]),
      lat: String(location[1]),
      sha256: createHash('sha256').update(file).digest('hex'),
      deviceId: `sim-${as}`.slice(0, 100)
    }
    const upload = { fields, file, fileName: `${phase}.jpg`, mime: 'image/jpeg' }
    return (await this.#client.upload<{ id: string }>(as, '/api/media', upload, `${key}-${phase}`.slice(0, 100))).id
  }

  /** Who is responsible for a class at the place of a case. */
  responsible(view: CaseView, classCode: string, kind: string = view.kind): Promise<Responsible> {
    const query = new URLSearchParams({ standardRef: view.standardRef, kind, classCode })
    for (const [name, value] of Object.entries({
      districtCode: view.districtCode,
      streetCode: view.streetCode,
      gridCode: view.gridCode
    }))
      if (value !== null) query.set(name, value)
    return this.#client.get<Responsible>(this.#staff.reader, `/api/dispatch/resolve?${query}`)
  }

  /** Who does the step: the collector or handler who has the case, a person of its unit, or whoever sits at the centre now. */
  async actorFor(step: Step, view: CaseView, now: Date): Promise<string> {
    if (step.role === 'collector' && view.task) return this.#staff.usernameOf(view.task.collectorId)
    if (step.role === 'handler' && view.handler) return this.#staff.usernameOf(view.handler.id)
    if (step.role === 'dept' && view.unitId) return chanceOf(view.id).pick(await this.#staff.inUnit('dept', view.unitId))
    return this.#atCentre(step.role, view.id, now.getTime())
  }

  /** Do the step to the case as it stands in `view`; answers the case afterwards. */
  async perform(step: Step, view: CaseView, event: SimEvent | null, as: string, now: Date): Promise<CaseView> {
    const input = await this.#inputFor(step, view, event, as, now)
    return this.#client.post<CaseView>(
      as,
      `/api/cases/${view.id}/operations/${step.op}`,
      { ...input, version: view.version },
      `sim-${view.id}-${view.version}-${step.op}`.slice(0, 80)
    )
  }

  async #inputFor(
    step: Step,
    view: CaseView,
    event: SimEvent | null,
    as: string,
    now: Date
  ): Promise<Omit<CaseInput, 'version'>> {
    const story = event?.story ?? PLAIN
    const chance = chanceOf(`${view.id}/${view.version}`)
    const words = (of: readonly string[] | undefined) => (of ? { opinion: chance.pick(of) } : {})
    const said = words(PHRASES[step.op])
    // What people reported of their own has no drawing: something lying about, or something broken, stands for it.
    const seen = event?.matter ??
      matterOf(view.kind, view.classCode) ?? { subject: view.kind === 'matter' ? ('clutter' as const) : ('rail' as const) }
    const picture = async (phase: Phase, isSolved: boolean): Promise<string[]> => [
      await this.#photo(as, seen, view.location, phase, isSolved, now, `sim-${view.id}-${view.version}`)
    ]
    switch (step.op) {
      case 'register': {
        const corrected = story.wrongClass && story.corrected && event?.reportedCode === view.classCode ? event.matter.code : null
        const conditionId = await this.#conditionFor(view, corrected ?? view.classCode, chance.next())
        return corrected ? { ...words(CORRECTED), classCode: corrected, conditionId } : { ...said, conditionId }
      }
      case 'submitVerify': {
        const result = verifyResult(story)
        return {
          ...(result === 'exists' ? said : words(NOT_EXISTS)),
          result,
          evidenceIds: await picture('verify', result !== 'exists')
        }
      }
      case 'submitCheck': {
        const result = checkResult(
          story,
          view.steps.map((s) => s.op)
        )
        return {
          ...(result === 'pass' ? said : words(CHECK_FAILED)),
          result,
          evidenceIds: await picture('check', result === 'pass')
        }
      }
      case 'submitHandle': {
        const done = event?.matter.done ?? matterOf(view.kind, view.classCode)?.done ?? ['已处置完毕。']
        return { ...words(done), evidenceIds: await picture('after', true) }
      }
      case 'dispatch':
        return { ...said, unitId: await this.#unitFor(view) }
      case 'assign':
        return { ...said, handlerId: await this.#handlerFor(view, as, chance.next()) }
      case 'merge':
        return { ...said, mergeInto: originalOf(view) as string }
      case 'approveExtend':
      case 'approveSuspend':
        return { ...(story.refused ? words(DECLINED) : said), approve: story.refused ? 'no' : 'yes' }
      case 'endorse':
      case 'approveForceClose':
        return { ...said, approve: 'yes' }
      case 'applySuspend':
        return { ...said, until: new Date(now.getTime() + chance.int(5, 60) * DAY_MS).toISOString().slice(0, 10) }
      case 'applyForceClose':
      case 'reopen':
        return { reason: chance.pick(PHRASES[step.op] ?? []) }
      case 'visit':
        return { ...said, satisfaction: story.satisfaction }
      case 'supervise':
        return { ...said, kind: 'timeout', level: '2', needReply: true }
      default:
        return said
    }
  }

  async #conditionFor(view: CaseView, code: string, share: number): Promise<string> {
    const query = new URLSearchParams({ standardRef: view.standardRef, kind: view.kind, code })
    const { conditions } = await this.#client.get<{ conditions: Condition[] }>(
      this.#staff.reader,
      `/api/cases/config/conditions?${query}`
    )
    const active = conditions.filter((c) => c.active)
    // The first condition of a class is its usual one.
    const chosen = share < 0.6 ? active[0] : active[Math.floor(((share - 0.6) / 0.4) * active.length)]
    if (!chosen) throw new Error(`no condition to register ${view.kind} ${code} under`)
    return chosen.id
  }

  async #unitFor(view: CaseView): Promise<string> {
    const { unitId, candidates } = await this.responsible(view, view.classCode)
    const tried = view.steps.some((s) => s.op === 'returnToDispatcher') ? view.unitId : null
    const known = [unitId, ...candidates.map((c) => c.unitId)].filter((id) => id !== null)
    const unit =
      known.find((id) => id !== tried) ??
      (view.streetCode === null ? undefined : await this.#staff.stationOf(view.streetCode)) ??
      known[0]
    if (unit === undefined) throw new Error(`nobody is responsible for case ${view.caseNo}`)
    return unit
  }

  async #handlerFor(view: CaseView, as: string, share: number): Promise<string> {
    const { handlers } = await this.#client.get<{ handlers: { id: string }[] }>(as, `/api/cases/handlers?unit=${view.unitId}`)
    const chosen = handlers[Math.floor(share * Math.min(3, handlers.length))]
    if (!chosen) throw new Error(`unit of case ${view.caseNo} has no handler`)
    return chosen.id
  }
}
