import type { AlarmQuery, AlarmStatistics, StatisticsBy } from '@chengyun/contract/alarms'
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { AlarmReach } from '../policy.ts'
import { conditionsOf } from './list.ts'

/** Which alarms are counted, as a list would be asked for them, and by what. */
export interface StatisticsAsked {
  of: AlarmQuery
  by: StatisticsBy
  zone: string
}

interface Row {
  key: string | null
  name: string | null
  is_total: number
  raised: number
  rejected: number
  done: number
  acknowledge_s: number | null
  response_s: number | null
  duration_s: number | null
  l1: number
  l2: number
  l3: number
  l4: number
}

const GROUPS = 500

/**
 * What the alarms of a time come to: how many, how many were false, how soon somebody did something, how many are over (办结率 = 已办结 /
 * (上报总数 − 已驳回), GB/T 47678.7; cycle keys YYYY, YYYYQn, YYYYMM). Suppressed ones do not count. A list with the same filters has the same alarms.
 */
export async function statisticsOf(db: Db, reads: AlarmReach, asked: StatisticsAsked): Promise<AlarmStatistics> {
  const { key, name } = KEYS[asked.by](asked.zone)
  const { rows } = await sql<Row>`select t.key, max(t.name) as name, grouping(t.key) as is_total, count(*)::int as raised,
      count(*) filter (where t.state = 'rejected')::int as rejected, count(*) filter (where t.state = 'done')::int as done,
      avg(t.acknowledge_s) as acknowledge_s, avg(t.response_s) as response_s, avg(t.duration_s) as duration_s,
      count(*) filter (where t.worst = 1)::int as l1, count(*) filter (where t.worst = 2)::int as l2,
      count(*) filter (where t.worst = 3)::int as l3, count(*) filter (where t.worst = 4)::int as l4
    from (select coalesce(${key}, '') as key, ${name} as name, a.state, a.worst,
        ${since('acknowledged_at')} as acknowledge_s, ${since('responded_at')} as response_s, ${since('cleared_at')} as duration_s
      from alarms.alarm a left join org.pub_unit u on u.id = a.holder_id
      where ${sql.join(conditionsOf(asked.of, reads), sql` and `)}) t
    group by grouping sets ((t.key), ()) order by is_total desc, raised desc, key limit ${GROUPS + 1}`.execute(db)
  const total = rows.find((r) => r.is_total === 1)
  return {
    total: figuresOf(total),
    groups: rows.filter((r) => r.is_total === 0).map((r) => ({ key: r.key ?? '', name: r.name ?? r.key ?? '', ...figuresOf(r) }))
  }
}

/** Seconds from the alarm to a mark of it; one that is set back to before the alarm took no time. */
const since = (mark: string) =>
  sql`case when ${sql.ref(`a.${mark}`)} is not null then greatest(0, extract(epoch from ${sql.ref(`a.${mark}`)} - a.raised_at))::float8 end`

const share = (part: number, whole: number): number | null => (whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000)
const seconds = (value: number | null | undefined): number | null =>
  value === null || value === undefined ? null : Math.round(value)

function figuresOf(r: Row | undefined): AlarmStatistics['total'] {
  const { raised = 0, rejected = 0, done = 0 } = r ?? {}
  return {
    raised,
    rejected,
    falseShare: share(rejected, raised),
    done,
    doneRate: share(done, raised - rejected),
    acknowledgeS: seconds(r?.acknowledge_s),
    responseS: seconds(r?.response_s),
    durationS: seconds(r?.duration_s),
    byLevel: { 1: r?.l1 ?? 0, 2: r?.l2 ?? 0, 3: r?.l3 ?? 0, 4: r?.l4 ?? 0 }
  }
}

const plain =
  (column: string, name = column) =>
  () => ({ key: sql.ref(`a.${column}`), name: sql.ref(`a.${name}`) })
const ofTime = (format: string) => (zone: string) => {
  const key = sql`to_char(a.raised_at at time zone ${zone}, ${format})`
  return { key, name: key }
}
const division = (digits: number) => () => ({
  key: sql`left(a.grid_code, ${digits}::int)`,
  name: sql`(select d.name from geo.pub_division d where d.code = left(a.grid_code, ${digits}::int))`
})

/** What alarms are counted by, and how a group is called. */
const KEYS: Record<StatisticsBy, (zone: string) => { key: RawBuilder<unknown>; name: RawBuilder<unknown> }> = {
  rule: plain('rule_id'),
  pack: plain('pack'),
  level: () => ({ key: sql`a.worst::text`, name: sql`a.worst::text` }),
  type: plain('type_id'),
  unit: () => ({ key: sql`a.holder_id::text`, name: sql`u.name` }),
  district: division(6),
  street: division(9),
  day: ofTime('YYYY-MM-DD'),
  month: ofTime('YYYYMM'),
  quarter: ofTime('YYYY"Q"Q'),
  year: ofTime('YYYY')
}
