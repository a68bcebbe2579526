import type { AlarmActInput, AlarmCard, AlarmPage, AlarmView, HandAct } from '@chengyun/contract/alarms'
import { type Client, Refusal } from '../client.ts'
import { ALARM_FALSE, ALARM_TRUE } from '../phrases.ts'
import { chanceOf } from '../random.ts'
import type { Staff } from '../staff.ts'
import { repeat } from './repeat.ts'

export interface AlarmDeskOptions {
  client: Client
  staff: Staff
  seed: string
  paused: () => boolean
  say: (message: string) => void
}

const LOOK_MS = 15_000
/** Alarms taken up at one look: people have two hands. */
const HANDS = 3
const MINUTE = 60_000
const SYSTEM_ID = '00000000-0000-7000-8000-000000000000'
/** Minutes until somebody says that he has seen it, by level. */
const USUAL: Readonly<Record<number, number>> = { 1: 1.5, 2: 3, 3: 5, 4: 9 }

type Standing = Pick<
  AlarmView,
  'no' | 'worst' | 'ruleId' | 'item' | 'raisedAt' | 'clearedAt' | 'acknowledgedAt' | 'verdict' | 'asksVerdict'
>

/** What the colleagues do next to an alarm and since when it is due (epoch ms): a function of seed and alarm. Null: nothing, or not theirs to do. */
export function nextAct(
  seed: string,
  alarm: Standing
): { act: 'acknowledge' | 'judge'; input: AlarmActInput; at: number } | null {
  const chance = chanceOf(`${seed}/alarm/${alarm.item.code}/${alarm.ruleId}/${alarm.no}`)
  // Three of ten are left to people for a while.
  const seen = chance.hit(0.3) ? 20 + chance.next() * 55 : chance.around(USUAL[alarm.worst] ?? 5, 0.5)
  const judges = chance.hit(0.5)
  const later = chance.around(8, 0.5)
  const isFalse = chance.hit(0.15)
  const raised = Date.parse(alarm.raisedAt)
  if ((judges || alarm.asksVerdict) && alarm.verdict === null && (alarm.acknowledgedAt !== null || alarm.clearedAt !== null)) {
    const note = chance.pick(isFalse ? ALARM_FALSE : ALARM_TRUE)
    // What is over is judged when it is seen; what stands, after somebody asked there.
    const at = raised + (alarm.clearedAt === null ? seen + later : seen) * MINUTE
    return { act: 'judge', input: { verdict: isFalse ? 'false' : 'true', note }, at }
  }
  return alarm.acknowledgedAt === null ? { act: 'acknowledge', input: {}, at: raised + seen * MINUTE } : null
}

/** Shift leader and dispatchers at the list of alarms: they say that they have seen them and judge some. What anybody else touched is his. */
export class AlarmDesk {
  readonly #o: AlarmDeskOptions
  readonly #others = new Set<string>()
  readonly counts = { alarmActs: 0 }

  constructor(options: AlarmDeskOptions) {
    this.#o = options
  }

  run(stop: AbortSignal, until: number): Promise<void> {
    return repeat((now) => this.tick(now), { everyMs: LOOK_MS, stop, until, say: this.#o.say })
  }

  async tick(now: number): Promise<void> {
    if (this.#o.paused()) return
    const { client, staff, seed } = this.#o
    const [leaders, dispatchers] = [await staff.atCentre('shiftLeader'), await staff.atCentre('dispatcher')]
    const team = [...leaders, ...dispatchers].filter((name) => !staff.isVisitor(name))
    if (team.length === 0) return
    const { items } = await client.get<AlarmPage>(team[0] as string, '/api/alarms?state=pending,handling&limit=200')
    const open = new Set(items.map((a) => a.id))
    for (const id of this.#others) if (!open.has(id)) this.#others.delete(id)
    const due = items.filter((a) => !this.#others.has(a.id) && (nextAct(seed, a)?.at ?? Infinity) <= now)
    due.sort((a, b) => a.worst - b.worst || a.no - b.no)
    for (const { id, worst } of due.slice(0, HANDS)) {
      const desk = worst <= 2 ? leaders : dispatchers
      const as = chanceOf(`${seed}/alarm/${id}`).pick(
        desk.some((n) => team.includes(n)) ? desk.filter((n) => team.includes(n)) : team
      )
      await this.#act(as, id, team, now)
    }
  }

  async #act(as: string, id: string, team: readonly string[], now: number): Promise<void> {
    const { client, seed, say } = this.#o
    try {
      const card = await client.get<AlarmCard>(as, `/api/alarms/${id}`)
      const next = nextAct(seed, card)
      const can: readonly HandAct[] = card.can
      if (next === null || next.at > now) return
      if (!can.includes(next.act) || (await this.#isTouched(card, team))) {
        this.#others.add(id)
        return
      }
      await client.post<AlarmCard>(as, `/api/alarms/${id}/acts/${next.act}`, { ...next.input, version: card.version })
      this.counts.alarmActs += 1
    } catch (error) {
      if (!(error instanceof Refusal) || error.status < 400 || error.status >= 500 || error.status === 401) throw error
      // Somebody was quicker; whatever else it was, it is not done again.
      if (error.code === 'ALARMS_VERSION_STALE') return
      this.#others.add(id)
      say(`alarm ${id}: ${error.message}`)
    }
  }

  async #isTouched({ steps }: AlarmCard, team: readonly string[]): Promise<boolean> {
    for (const { by } of steps) if (by.id !== SYSTEM_ID && !team.includes(await this.#o.staff.usernameOf(by.id))) return true
    return false
  }
}
