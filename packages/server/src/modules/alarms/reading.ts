import { ALARMS_ERRORS, type AlarmCard, type AlarmCounts, type AlarmPage, type AlarmQuery } from '@chengyun/contract/alarms'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { thrower } from '../../platform/errors.ts'
import { listEvidence } from '../media/index.ts'
import { ACTUATE, type AlarmReach, HANDLE, READ, reachesAlarm } from './policy.ts'
import { presentAlarm, presentCard } from './present.ts'
import { presentTask } from './present-tasks.ts'
import { actuatorsOf, listTasksOf } from './queries/actuators.ts'
import { listParties, listSteps } from './queries/card.ts'
import { unitsById } from './queries/city.ts'
import { countList, countOpen, findListed, type ListedAlarm, listAlarms } from './queries/list.ts'
import { alarmReach } from './queries/reach.ts'

const fail = thrower(ALARMS_ERRORS)

/** What this person may see of the alarms; the route demanded the permission. */
export async function readsOf(db: Db, actor: Actor): Promise<AlarmReach> {
  const reads = await alarmReach(db, actor, READ)
  if (!reads) throw fail('ALARMS_NOT_FOUND')
  return reads
}

export async function pageOf(db: Db, actor: Actor, query: AlarmQuery): Promise<AlarmPage> {
  const [reads, handles] = await Promise.all([readsOf(db, actor), alarmReach(db, actor, HANDLE)])
  const { rows, next } = await listAlarms(db, query, reads)
  return { items: rows.map((row) => presentAlarm(row, handles)), next }
}

export async function countsOf(db: Db, actor: Actor, query: AlarmQuery): Promise<AlarmCounts> {
  const reads = await readsOf(db, actor)
  const [rows, total] = await Promise.all([countOpen(db, query, reads), countList(db, query, reads)])
  const out: AlarmCounts = {
    open: 0,
    byLevel: { 1: 0, 2: 0, 3: 0, 4: 0 },
    byState: { pending: 0, handling: 0 },
    unacknowledged: 0,
    mine: 0,
    total
  }
  for (const { level, state, acknowledged, mine, n } of rows) {
    out.open += n
    out.byLevel[level] = (out.byLevel[level] ?? 0) + n
    out.byState[state] = (out.byState[state] ?? 0) + n
    if (!acknowledged) out.unacknowledged += n
    if (mine) out.mine += n
  }
  return out
}

/** An alarm this person may see. Throws ALARMS_NOT_FOUND, also where it is somebody else's. */
export async function seenAlarm(db: Db, actor: Actor, id: string): Promise<ListedAlarm> {
  const [row, reads] = await Promise.all([findListed(db, id), readsOf(db, actor)])
  if (!row || !reachesAlarm(reads, row)) throw fail('ALARMS_NOT_FOUND')
  return row
}

/** Everything about one alarm for one reader. */
export async function cardOf(db: Db, actor: Actor, id: string, now: Date): Promise<AlarmCard> {
  const row = await seenAlarm(db, actor, id)
  const [handles, acts, steps, parties, evidence, tasks, actuators] = await Promise.all([
    alarmReach(db, actor, HANDLE),
    alarmReach(db, actor, ACTUATE),
    listSteps(db, id),
    listParties(db, id),
    listEvidence(db, 'alarm', id, actor),
    listTasksOf(db, { alarmId: id }),
    actuatorsOf(db, row)
  ])
  const units = await unitsById(db, [row.regulator_id, row.holder_id, ...parties.map((p) => p.unit_id)])
  const mayAct = acts !== null && reachesAlarm(acts, row)
  return presentCard(
    {
      row,
      steps,
      parties,
      units,
      evidence: evidence.items,
      tasks: tasks.map((t) => presentTask(t, acts)),
      actuators: mayAct ? actuators.map(({ declaration: { key, name, commands } }) => ({ key, name, commands })) : [],
      now
    },
    handles
  )
}
