import { dayAt } from '@chengyun/contract/indicators'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { findTimeZone } from '../queries/city.ts'
import { told } from './device-state.ts'

/** Reminded so many days before, so that somebody can still be sent. */
export const REMIND_DAYS = 14

const DAY_MS = 86_400_000

interface Due {
  item_id: string
  type_id: string
  code: string
  due: string
}

/**
 * Devices whose calibration is due within `REMIND_DAYS`, or past, by the day in their register: one event for each due date. Answers how many. Those
 * that are switched off are left alone.
 */
export const remindOfCalibration = command(async (tx, _: null, ctx): Promise<number> => {
  const zone = await findTimeZone(tx)
  const today = Date.parse(dayAt(ctx.now.getTime(), zone))
  // Days are compared as texts: what stands in the register and is no day must not stop the others.
  const until = dayAt(ctx.now.getTime() + REMIND_DAYS * DAY_MS, zone)
  const { rows } = await sql<Due>`with due as (
      select d.item_id, i.attributes->>'calibrationDueOn' as due
      from streams.device d join registry.pub_item i on i.type_id = d.type_id and i.id = d.item_id
      where d.enabled and i.removed_at is null and i.attributes->>'calibrationDueOn' between '1970' and ${until})
    update streams.device d set calibration_told_on = due.due from due
    where due.item_id = d.item_id and d.calibration_told_on is distinct from due.due
    returning d.item_id, d.type_id, d.code, due.due`.execute(tx)
  const named = await told(
    tx,
    rows.map((r) => ({ ...r, last_seen_at: null }))
  )
  for (const [i, { lastSeenAt: _seen, ...device }] of named.entries())
    ctx.emit('streams.calibrationDue', {
      ...device,
      dueOn: rows[i]!.due,
      days: Math.round((Date.parse(rows[i]!.due) - today) / DAY_MS) || 0
    })
  return rows.length
})
