import { ALARMS_ERRORS, type TaskBody } from '@chengyun/contract/alarms'
import type { StreamsDeviceReplied } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { SYSTEM } from '../../../platform/actor.ts'
import type { CommandContext } from '../../../platform/command.ts'
import type { Db, Tx } from '../../../platform/db.ts'
import { AppError, thrower } from '../../../platform/errors.ts'
import { commandDevice } from '../../streams/index.ts'
import { ACTUATE, reachesAlarm } from '../policy.ts'
import { actuatorsOf, findTasks, type TaskRow, type TaskState } from '../queries/actuators.ts'
import { type ActuatedItem, actuatedItem } from '../queries/items.ts'
import { alarmReach } from '../queries/reach.ts'
import { confirmsOf } from './automatic.ts'
import { command } from './command.ts'
import { followedTasks } from './confirm.ts'
import { lockAlarms } from './lock.ts'
import { Outbound } from './outbound.ts'
import { queueTasks, taskedOf } from './queue-tasks.ts'
import { draftOf, findAlarm, writeDrafts } from './store.ts'

const fail = thrower(ALARMS_ERRORS)
/** How long a thing may take to answer where nothing else confirms. */
const ANSWER_S = 30
const AT_ONCE = 100

/** An item this person may act upon. Throws ALARMS_ACTUATOR_NOT_FOUND, also where it is not his. */
async function demandItem(tx: Tx, ctx: CommandContext, itemId: string, actuator: string): Promise<ActuatedItem> {
  const item = await actuatedItem(tx, itemId)
  const acts = await alarmReach(tx, ctx.actor, ACTUATE)
  if (!item || !acts || !reachesAlarm(acts, { ...item, unit_id: null, assignee_id: null }))
    throw fail('ALARMS_ACTUATOR_NOT_FOUND', { actuator })
  return item
}

/**
 * A person gives a command: the item's code is typed once more, and a reason. Throws ALARMS_ACTUATOR_NOT_FOUND, ALARMS_COMMAND_UNKNOWN,
 * ALARMS_CONFIRMATION_WRONG, ALARMS_TASK_OPEN, ALARMS_NOT_FOUND.
 */
export const giveCommand = command(async (tx, body: TaskBody, ctx): Promise<{ id: string }> => {
  const item = await demandItem(tx, ctx, body.itemId, body.actuator)
  const actuator = (await actuatorsOf(tx, item)).find((a) => a.key === body.actuator)
  if (!actuator) throw fail('ALARMS_ACTUATOR_NOT_FOUND', { actuator: body.actuator })
  if (!actuator.declaration.commands.some((c) => c.value === body.command))
    throw fail('ALARMS_COMMAND_UNKNOWN', { command: body.command })
  if (body.confirm.trim() !== item.item_code) throw fail('ALARMS_CONFIRMATION_WRONG', { code: item.item_code })
  // One command under way for an actuator: two people at once would not know whose took.
  await sql`select pg_advisory_xact_lock(727102, hashtext(${`${item.item_id}/${body.actuator}`}))`.execute(tx)
  const open = await findTasks(
    tx,
    sql`k.item_id = ${item.item_id}::uuid and k.actuator = ${body.actuator} and k.state in ('queued', 'sent')`,
    1
  )
  if (open.length > 0) throw fail('ALARMS_TASK_OPEN')
  if (body.alarmId !== undefined) await noteOnAlarm(tx, ctx, body, item.item_id)
  const confirms = confirmsOf(actuator.declaration, body.command)
  const [id] = await queueTasks(tx, ctx, [
    {
      ...item,
      actuator: body.actuator,
      command: body.command,
      automatic: false,
      alarm_id: body.alarmId ?? null,
      reason: body.reason,
      confirms
    }
  ])
  return { id: id! }
})

async function noteOnAlarm(tx: Tx, ctx: CommandContext, body: TaskBody, itemId: string): Promise<void> {
  const row = await findAlarm(tx, body.alarmId!, true)
  if (!row || row.item_id !== itemId) throw fail('ALARMS_NOT_FOUND')
  const draft = draftOf(row)
  row.responded_at ??= ctx.now
  draft.steps.push({
    act: 'actuate',
    at: ctx.now,
    note: body.reason,
    data: { actuator: body.actuator, command: body.command, automatic: false }
  })
  await writeDrafts(tx, [draft], ctx)
}

/** Takes back a command that has not gone out. Throws ALARMS_TASK_NOT_FOUND, ALARMS_TASK_ENDED. */
export const cancelTask = command(async (tx, id: string, ctx): Promise<void> => {
  const task = await lockTask(tx, id)
  const acts = await alarmReach(tx, ctx.actor, ACTUATE)
  if (!task || !acts || !reachesAlarm(acts, { ...task, unit_id: null, assignee_id: null })) throw fail('ALARMS_TASK_NOT_FOUND')
  if (task.state !== 'queued') throw fail('ALARMS_TASK_ENDED')
  await endTask(tx, ctx, task, 'cancelled', null)
})

/** Whether rules may use an actuator of an item without a person. Throws ALARMS_ACTUATOR_NOT_FOUND, ALARMS_AUTOMATIC_NOT_ALLOWED. */
export const permitAutomatic = command(
  async (tx, input: { itemId: string; actuator: string; allowed: boolean; reason: string }, ctx): Promise<void> => {
    const item = await demandItem(tx, ctx, input.itemId, input.actuator)
    const actuator = (await actuatorsOf(tx, item)).find((a) => a.key === input.actuator)
    // What is there no more can still be withdrawn.
    if (input.allowed && !actuator) throw fail('ALARMS_ACTUATOR_NOT_FOUND', { actuator: input.actuator })
    if (input.allowed && !actuator?.declaration.automatic) throw fail('ALARMS_AUTOMATIC_NOT_ALLOWED')
    if (input.allowed)
      await sql`insert into alarms.permit (item_id, key, reason, by_id, by_name, at)
        values (${item.item_id}, ${input.actuator}, ${input.reason}, ${ctx.actor.id}::uuid, ${ctx.actor.name}, ${ctx.now})
        on conflict (item_id, key) do update set reason = excluded.reason, by_id = excluded.by_id, by_name = excluded.by_name, at = excluded.at`.execute(
        tx
      )
    else await sql`delete from alarms.permit where item_id = ${item.item_id}::uuid and key = ${input.actuator}`.execute(tx)
    ctx.audit({
      action: 'alarms.automaticPermitted',
      objectType: 'item',
      objectId: item.item_id,
      before: null,
      after: { item: item.item_code, actuator: input.actuator, allowed: input.allowed, reason: input.reason },
      result: 'ok'
    })
  }
)

const lockTask = async (tx: Tx, id: string): Promise<TaskRow | undefined> => {
  await sql`select 1 from alarms.task where id = ${id}::uuid for update`.execute(tx)
  return (await findTasks(tx, sql`k.id = ${id}::uuid`, 1))[0]
}

/** Sends what waits, sees what streams confirm, and ends what was not answered in time. */
export async function runTasks(db: Db, now: Date): Promise<void> {
  while ((await sendSome(db, SYSTEM, null, now)) === AT_ONCE);
  await confirmSome(db, SYSTEM, await followedTasks(db, now), now)
}

const sendSome = command(async (tx, _: null, ctx): Promise<number> => {
  const { rows } = await sql<{
    id: string
  }>`select id from alarms.task where state = 'queued' order by wanted_at limit ${AT_ONCE} for update skip locked`.execute(tx)
  if (rows.length === 0) return 0
  await lockAlarmsOf(
    tx,
    rows.map((r) => r.id)
  )
  for (const task of await findTasks(tx, sql`k.id = any(${rows.map((r) => r.id)}::uuid[])`)) await sendOne(tx, ctx, task)
  return rows.length
})

/** What several commands are about is locked in the order of everybody, not in theirs. */
const lockAlarmsOf = (tx: Tx, taskIds: readonly string[]): Promise<void> =>
  lockAlarms(tx, sql`a.id = any(array(select alarm_id from alarms.task where id = any(${[...taskIds]}::uuid[])))`)

/** Goes out in the commit in which the task is marked as sent. */
async function sendOne(tx: Tx, ctx: CommandContext, task: TaskRow): Promise<void> {
  const { rows } = await sql<{
    id: string
  }>`select d.item_id as id from streams.pub_device d join streams.pub_thing t on t.id = d.thing_id
    where t.item_id = ${task.item_id}::uuid and d.protocol = 'mqtt' and d.enabled order by d.state = 'online' desc, d.item_id limit 1`.execute(
    tx
  )
  if (!rows[0]) return endTask(tx, ctx, task, 'failed', { error: 'noDevice' })
  const params = { actuator: task.actuator, command: task.command }
  try {
    await commandDevice.within(tx, { id: rows[0].id, msgId: task.id, method: `${task.actuator}.${task.command}`, params }, ctx)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return endTask(tx, ctx, task, 'failed', { error: error.code })
  }
  const due = new Date(ctx.now.getTime() + (task.confirms?.withinS ?? ANSWER_S) * 1000)
  await sql`update alarms.task set state = 'sent', sent_at = ${ctx.now}, due_at = ${due} where id = ${task.id}::uuid`.execute(tx)
  ctx.emit('alarms.tasked', taskedOf({ ...task, state: 'sent' }))
}

const confirmSome = command(async (tx, shown: readonly string[], ctx): Promise<void> => {
  const { rows } = await sql<{ id: string; followed: boolean; due: boolean }>`select k.id, k.due_at <= ${ctx.now} as due,
      k.id = any(${[...shown]}::uuid[]) as followed
    from alarms.task k where k.state = 'sent' for update of k skip locked`.execute(tx)
  const over = rows.filter((r) => r.followed || r.due)
  if (over.length === 0) return
  await lockAlarmsOf(
    tx,
    over.map((r) => r.id)
  )
  const tasks = new Map((await findTasks(tx, sql`k.id = any(${over.map((r) => r.id)}::uuid[])`)).map((t) => [t.id, t]))
  for (const { id, followed } of over) await endTask(tx, ctx, tasks.get(id)!, followed ? 'confirmed' : 'timedOut', null)
})

/** What devices answered: anything but 0 is a failure; 0 confirms where no stream does. */
export async function takeReplies(tx: Tx, replies: readonly StreamsDeviceReplied[], ctx: CommandContext): Promise<void> {
  const ours = replies.filter((r) => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(r.msgId))
  const ids = ours.map((r) => r.msgId)
  await sql`select 1 from alarms.task where id = any(${ids}::uuid[]) order by id for update`.execute(tx)
  await lockAlarmsOf(tx, ids)
  for (const reply of ours) {
    const task = await lockTask(tx, reply.msgId)
    if (task?.state !== 'sent') continue
    const answer = { code: reply.code, data: reply.data, at: reply.at }
    if (reply.code !== 0) await endTask(tx, ctx, task, 'failed', answer)
    else if (task.confirms === null) await endTask(tx, ctx, task, 'confirmed', answer)
    else await sql`update alarms.task set answer = ${JSON.stringify(answer)}::jsonb where id = ${task.id}::uuid`.execute(tx)
  }
}

/** The end of a command is on the audit trail and on the alarm; who gave it hears when it did not take. */
async function endTask(
  tx: Tx,
  ctx: CommandContext,
  task: TaskRow,
  state: TaskState,
  answer: Record<string, unknown> | null
): Promise<void> {
  await sql`update alarms.task set state = ${state}, ended_at = ${ctx.now}, answer = coalesce(${answer === null ? null : JSON.stringify(answer)}::jsonb, answer)
    where id = ${task.id}::uuid`.execute(tx)
  ctx.emit('alarms.tasked', taskedOf({ ...task, state }))
  ctx.audit({
    action: 'alarms.taskEnded',
    objectType: 'task',
    objectId: task.id,
    before: { state: task.state },
    after: { state, item: task.item_code, actuator: task.actuator, command: task.command, answer },
    result: state === 'confirmed' || state === 'cancelled' ? 'ok' : 'failed'
  })
  const row = task.alarm_id === null ? undefined : await findAlarm(tx, task.alarm_id, true)
  if (!row) return
  const draft = draftOf(row)
  draft.steps.push({
    act: 'actuate',
    at: ctx.now,
    note: null,
    data: { taskId: task.id, actuator: task.actuator, command: task.command, state }
  })
  const out = new Outbound()
  if (state === 'failed' || state === 'timedOut') {
    const people = task.wanted_by === SYSTEM.id ? [] : [task.wanted_by]
    if (people.length > 0) out.tell({ draft, kind: 'taskFailed', personIds: people, channels: ['inApp', 'sms'] })
    out.tell({ draft, kind: 'taskFailed', party: 'hub', roles: ['shiftLeader'], channels: ['inApp', 'sms'] })
  }
  await writeDrafts(tx, [draft], ctx)
  await out.flush(tx, ctx)
}
