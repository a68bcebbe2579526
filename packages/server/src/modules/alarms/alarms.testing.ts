// A few observed things in the small city of the tests: regulator, owner and maintainer are units of it.
import { sql } from 'kysely'
import { SYSTEM } from '../../platform/actor.ts'
import { AT_EAST, AT_WEST, type TestApp } from '../../testing.ts'
import { loadTypes } from '../registry/index.ts'
import { applyChanges } from './commands/apply-changes.ts'
import type { AlarmChange, RuleInForce } from './domain/change.ts'

export const WELL = 'test-well'
/** A register of the city for a test: things with codes of their own and two states. */
export const registerOf = (id: string, name: { zh: string; en: string }, geometry: 'point' | 'polygon', more: object = {}) =>
  ({
    id,
    name,
    group: 'facility',
    geometry,
    code: { rule: 'given', pattern: '[A-Z0-9-]+' },
    states: [
      { key: 'ok', name: { zh: '正常', en: 'In order' } },
      { key: 'gone', name: { zh: '拆除', en: 'Gone' }, ends: true }
    ],
    initialState: 'ok',
    attributes: [],
    columns: ['code', 'name'],
    symbol: { shape: 'dot', color: '#1677ff' },
    access: 'staff',
    ...more
  }) as never

export interface Well {
  code: string
  itemId: string
  streamId: number
}

export interface Wells {
  regulator: string
  owner: string
  west: Well[]
  east: Well[]
}

/** Ten wells in each district, some 30 m apart, each with one stream. The western ones belong to the water group, under the urban management bureau. */
export async function makeWells(t: TestApp): Promise<Wells> {
  const { db } = t.database
  const register = registerOf(WELL, { zh: '测试井', en: 'Test well' }, 'point', {
    units: ['authority', 'owner', 'maintainer'],
    relations: [{ key: 'segment', name: { zh: '管段', en: 'Segment' }, to: WELL }]
  })
  await loadTypes(db, SYSTEM, { declarations: [register], origin: 'city' })
  const units = await sql<{ key: string; id: string }>`select key, id from org.pub_unit`.execute(db)
  const unit = (key: string) => units.rows.find((u) => u.key === key)!.id
  const [regulator, owner] = [unit('urban-management'), unit('water-group')]
  const admin = await t.as('dataadmin')
  const make = async (name: string, at: [number, number], owned: boolean): Promise<Well[]> => {
    const out: Well[] = []
    for (let i = 0; i < 10; i++) {
      const code = `${name}-${i}`
      const place = [at[0] + i * 0.0003, at[1]]
      const made = await admin.call<{ id: string }>('POST', `/api/registry/items/${WELL}`, {
        code,
        name: `${name}${i}号井`,
        place,
        ...(owned && { authority: regulator, owner })
      })
      if (made.status !== 201) throw new Error(JSON.stringify(made.body))
      out.push({ code, itemId: made.body.id, streamId: 0 })
    }
    return out
  }
  const wells = { regulator, owner, west: await make('W', AT_WEST, true), east: await make('E', AT_EAST, false) }
  await sql`with s as (insert into streams.sensor (name, encoding_type, metadata) values ('s', 'text/plain', '""') returning id),
    p as (insert into streams.observed_property (name, definition) values ('p', 'x') returning id),
    t as (insert into streams.thing (item_id, type_id, created_at) select id, type_id, now() from registry.item where type_id = ${WELL} returning id)
    insert into streams.stream (thing_id, sensor_id, observed_property_id, key, name, observation_type, unit, created_at, updated_at)
    select t.id, s.id, p.id, 'gas', '甲烷', 'x', '{"symbol":"%LEL"}', now(), now() from t, s, p`.execute(db)
  const streams = await sql<{
    item_id: string
    id: number
  }>`select t.item_id, s.id from streams.stream s join streams.thing t on t.id = s.thing_id`.execute(db)
  for (const well of [...wells.west, ...wells.east]) well.streamId = streams.rows.find((r) => r.item_id === well.itemId)!.id
  return wells
}

export const RULE: RuleInForce = {
  id: 'city/gas',
  version: 1,
  pack: 'city',
  family: 'gas',
  title: { zh: '{item}甲烷{value}{unit}', en: '{item}: methane {value} {unit}' },
  advice: { zh: '撤离并通风', en: 'Leave and ventilate' },
  sensorFault: false,
  response: null,
  case: { standardRef: 'GB/T 47678.5-2026', kind: 'matter', classCode: '06010', levels: [1, 2] },
  actuate: [{ actuator: 'fan', command: 'start', levels: [1, 2] }]
}

let seq = 1
/** A finding of the judge, as late as possible in the journal. */
export const change = (well: Well, kind: AlarmChange['kind'], at: number, more: Partial<AlarmChange> = {}): AlarmChange => ({
  rule: RULE,
  streamId: well.streamId,
  beganAt: more.beganAt ?? at,
  kind,
  level: 3,
  at,
  value: 21.5,
  seq: seq++,
  facts: { threshold: 20 },
  ...more
})

export const apply = (t: TestApp, changes: AlarmChange[], now = new Date()) => applyChanges(t.database.db, SYSTEM, changes, now)

/** Everything alarms wrote, gone: tests share a city. What works in the background may hold a row for a moment. */
export async function forgetAlarms(t: TestApp): Promise<void> {
  await t.settle()
  for (let tries = 0; ; tries++)
    try {
      await sql`alter table alarms.step disable trigger step_append_only; truncate alarms.alarm, alarms.incident, alarms.suppression cascade;
        alter table alarms.step enable trigger step_append_only`.execute(t.database.db)
      return
    } catch (error) {
      if ((error as { code?: string }).code !== '40P01' || tries > 5) throw error
    }
}

/** Raise one alarm and answer its id. */
export async function raiseAlarm(
  t: TestApp,
  well: Well,
  more: Partial<AlarmChange> = {},
  at = Date.now() - 60_000
): Promise<string> {
  const one = change(well, 'raise', at, more)
  await apply(t, [one], new Date(at))
  const { rows } = await sql<{
    id: string
  }>`select id from alarms.alarm where rule_id = ${one.rule.id} and stream_id = ${well.streamId}
    and began_at = ${new Date(one.beganAt)}`.execute(t.database.db)
  return rows[0]!.id
}
