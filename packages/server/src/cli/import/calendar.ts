import { readFile } from 'node:fs/promises'
import { parseCalendarRows, WorkCalendar } from '@chengyun/contract/clock'
import { Value } from 'typebox/value'
import { addCalendar, listCalendars } from '../../modules/cases/index.ts'
import { type Actor, SYSTEM } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { ImportRefused } from './cases.ts'

const OPERATOR: Actor = { ...SYSTEM, name: '命令行', username: 'command-line' }

/**
 * Import a working calendar: a whole one as JSON, or holidays and swapped days (date, holiday | workday, note) as CSV laid over the
 * newest edition. Becomes a new edition; running clocks keep theirs. @throws ImportRefused, ClockError, AppError CASE_CONFIG_INVALID
 */
export async function importCalendar(
  db: Db,
  file: string,
  options: { district: string | null; id: string | undefined }
): Promise<{ id: string; version: number; days: number }> {
  const text = await readFile(file, 'utf8')
  const calendar = file.endsWith('.json') ? whole(text, file) : parseCalendarRows(text, await newest(db, options.id))
  const { version } = await addCalendar(db, OPERATOR, { calendar, districtCode: options.district })
  return { id: calendar.id, version, days: Object.keys(calendar.days).length }
}

function whole(text: string, file: string): WorkCalendar {
  const value: unknown = JSON.parse(text)
  if (Value.Check(WorkCalendar, value)) return value
  const faults = [...Value.Errors(WorkCalendar, value)].slice(0, 5).map((e) => `${e.instancePath || '/'} ${e.message}`)
  throw new ImportRefused(`${file}: ${faults.join('; ')}`)
}

async function newest(db: Db, id: string | undefined): Promise<WorkCalendar> {
  const known = (await listCalendars(db)).filter((c) => id === undefined || c.doc.id === id)
  const row = known.filter((c) => c.districtCode === null).at(-1) ?? known.at(-1)
  if (!row) throw new ImportRefused('there is no calendar to lay these days over: import a whole one as JSON first')
  return row.doc
}
