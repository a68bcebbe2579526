import { type CaseMoved, standingsOf } from '@chengyun/contract/cases'
import { KEPT_MEASURES, type MeasureKey, measureOf, SqlWriter } from '@chengyun/contract/indicators'
import { CompiledQuery, sql } from 'kysely'
import { type Db, runInTransaction, type Tx } from '../../../platform/db.ts'
import { TallyBook } from '../domain/tallies.ts'
import { findTimeZone } from '../queries/head.ts'
import { columnOf, MEASURE_COLUMNS } from '../tables.ts'
import { addTallies } from './apply.ts'

export interface Difference {
  dimension: string
  grain: string
  startsOn: string
  area: string
  key: string
  measure: MeasureKey
  kept: number
  counted: number
}

const sums = MEASURE_COLUMNS.map((c) => `coalesce(sum(${c}), 0)::int as ${c}`).join(', ')
const anything = MEASURE_COLUMNS.map((c) => `${c} <> 0`).join(' or ')
const KEYS = 'dimension, grain, starts_on, area, key'

/**
 * The days cases count on, each with what it adds there: one scan an instant. Slower to write than one scan with a lateral list, and
 * three times as fast, because the server compiles these expressions and would set up those of a list for every case again.
 */
function countedText(): string {
  const groups = Map.groupBy(KEPT_MEASURES, (key) => JSON.stringify(measureOf(key).on))
  const scans = [...groups.values()].map((keys) => {
    const out = new SqlWriter('c').text(
      "select coalesce(c.district_code, '-') as area, c.street_code, c.unit_id, c.source_type, c.major_code, "
    )
    out.instant(measureOf(keys[0]!).on!).text(' as at')
    for (const key of KEPT_MEASURES) {
      const { where, weight } = measureOf(key)
      out.text(', ')
      if (keys.includes(key)) out.text('case when ').condition(where).text(' then ').weight(weight).text(' end')
      else out.text('null::int')
      out.text(` as ${columnOf(key)}`)
    }
    out.text(' from cases.pub_case c where ').instant(measureOf(keys[0]!).on!).text(' is not null')
    return out.fragment().parts.join('')
  })
  return scans.join('\nunion all\n')
}

/**
 * Count everything anew from the cases into `tally_want` (temporary),  and take out what moves still waiting in
 * the outbox will add: the sums `indicators.tally` must hold in this snapshot. The transaction must be `repeatable read`.
 */
async function countAnew(tx: Tx): Promise<{ cases: number; cells: number }> {
  const timeZone = await findTimeZone(tx)
  // Sums of a city by day fit into memory; sorting them on disk takes three times as long.
  await sql`set local work_mem = '256MB'`.execute(tx)
  await sql`create temp table tally_want (like indicators.tally including defaults) on commit drop`.execute(tx)
  await sql
    .raw(
      `create temp table tally_fine (starts_on date, area text, street text, unit uuid, source text, major text, level int, ${MEASURE_COLUMNS.map((c) => `${c} int`).join(', ')}) on commit drop`
    )
    .execute(tx)
  await tx.executeQuery(
    CompiledQuery.raw(
      `insert into tally_fine select starts_on, area, street, unit, source, major, grouping(street, unit, source, major), ${sums} from (
         select (e.at at time zone $1)::date as starts_on, e.area, e.street_code as street, e.unit_id as unit, e.source_type as source, e.major_code as major,
           ${MEASURE_COLUMNS.join(', ')} from (${countedText()}) e) x
       group by grouping sets ((starts_on, area, street), (starts_on, area, unit), (starts_on, area, source), (starts_on, area, major))`,
      [timeZone]
    )
  )
  // grouping(): bits of street, unit, source, major, set where that column was summed over.
  const [BY_STREET, BY_UNIT, BY_SOURCE, BY_MAJOR] = [0b0111, 0b1011, 0b1101, 0b1110]
  const take = (dimension: string, level: number, key: string, area: string, where = 'true') =>
    `select '${dimension}', 'd', starts_on, ${area} as a, ${key} as k, ${sums} from tally_fine where level = ${level} and ${where} group by 3, 4, 5`
  const days = [
    take('total', BY_STREET, `''`, `'*'`),
    take('total', BY_STREET, `''`, 'area'),
    take('street', BY_STREET, 'street', 'area', 'street is not null'),
    take('unit', BY_UNIT, 'unit::text', 'area', 'unit is not null'),
    take('source', BY_SOURCE, 'source', `'*'`),
    take('source', BY_SOURCE, 'source', 'area'),
    take('major', BY_MAJOR, 'major', `'*'`),
    take('major', BY_MAJOR, 'major', 'area')
  ]
  const into = `insert into tally_want (${KEYS}, ${MEASURE_COLUMNS.join(', ')})`
  await sql.raw(`${into} select * from (${days.join('\nunion all\n')}) d where ${anything}`).execute(tx)
  await sql
    .raw(
      `${into} select dimension, 'm', date_trunc('month', starts_on)::date, area, key, ${sums} from tally_want group by 1, 3, 4, 5`
    )
    .execute(tx)
  await sql`create unique index on tally_want (dimension, grain, starts_on, area, key)`.execute(tx)
  const waiting = await sql<{
    facts: CaseMoved['facts']
  }>`select payload->'facts' as facts from platform.outbox where name = 'cases.moved'`.execute(tx)
  const book = new TallyBook(timeZone)
  for (const { facts } of waiting.rows) {
    const { before, after } = standingsOf(facts)
    book.move(before, after, -1)
  }
  await addTallies(tx, book.rows(), 'tally_want')
  await sql`delete from tally_want where not (${sql.raw(anything)})`.execute(tx)
  const { rows } = await sql<{
    cases: number
    cells: number
  }>`select (select count(*)::int from cases.pub_case) as cases, (select count(*)::int from tally_want) as cells`.execute(tx)
  return rows[0]!
}

const snapshot = <T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> =>
  runInTransaction(db, async (tx) => {
    await sql`set transaction isolation level repeatable read`.execute(tx)
    return work(tx)
  })

/**
 * Replace the tallies by a fresh count, e.g. after a bulk import or a change of the city's time zone. Safe while the server runs:
 * readers see the old numbers until the commit, moves that happen meanwhile are added afterwards. Seconds per million cases.
 */
export const rebuildTallies = (db: Db, now = new Date()): Promise<{ cases: number; cells: number }> =>
  snapshot(db, async (tx) => {
    // Waits for the relay's batch under way. A lock alone takes no snapshot, so what follows sees that batch whole.
    await sql`lock table indicators.tally in share row exclusive mode`.execute(tx)
    const counted = await countAnew(tx)
    await sql`delete from indicators.tally`.execute(tx)
    await sql`insert into indicators.tally select * from tally_want order by dimension, grain, starts_on, area, key`.execute(tx)
    await sql`update indicators.revision set number = number + 1, rebuilt_at = ${now}`.execute(tx)
    return counted
  })

/** Compare the kept tallies with a fresh count in one snapshot. `first` names at most fifty cells that differ. Writes nothing. */
export const checkTallies = (db: Db): Promise<{ cases: number; cells: number; differences: number; first: Difference[] }> =>
  snapshot(db, async (tx) => {
    const counted = await countAnew(tx)
    const pairs = KEPT_MEASURES.map(
      (key, i) => `('${key}', coalesce(t.${MEASURE_COLUMNS[i]}, 0), coalesce(w.${MEASURE_COLUMNS[i]}, 0))`
    ).join(', ')
    const { rows } = await sql<Difference & { n: number }>`
      select dimension, grain, starts_on as "startsOn", area, key, v.measure, v.kept, v.counted, (count(*) over ())::int as n
      from indicators.tally t full join tally_want w using (dimension, grain, starts_on, area, key)
      cross join lateral (values ${sql.raw(pairs)}) v(measure, kept, counted)
      where v.kept <> v.counted order by dimension, grain, starts_on, area, key limit 50`.execute(tx)
    return { ...counted, differences: rows[0]?.n ?? 0, first: rows.map(({ n: _n, ...difference }) => difference) }
  })
