/** Things with their latest values, as columns, from memory. */
import type { AlarmsData, SparksView, StationsData } from '@chengyun/contract/scenarios'
import { STREAM_STATES } from '@chengyun/contract/streams'
import type { Widget } from '@chengyun/scenario-kit/packs'
import { countAlarms, pageOfAlarms } from '../../alarms/index.ts'
import { findType, mayReadRestricted } from '../../registry/index.ts'
import { categoryColumn } from '../domain/categories.ts'
import type { Eye } from '../eye.ts'
import { attributesOf } from '../queries/items.ts'
import { hourMeans } from '../queries/rollups.ts'

type Of<T extends Widget['type']> = Extract<Widget, { type: T }>
const HOUR = 3_600_000
const MOST_ALARMS = 200
const MOST_SPARKS = 100

export async function stations(eye: Eye, widget: Of<'stations'>, known: string | undefined): Promise<StationsData> {
  const { register } = widget
  const things = eye.things(register)
  const [type, levels] = await Promise.all([findType(eye.db, register), eye.levels()])
  const columns = widget.columns.flatMap((key) => {
    const d = eye.declared(`${register}/${key}`)
    return d ? [{ key, name: d.name, unit: d.unit.symbol, decimals: d.decimals, kind: d.kind as string }] : []
  })
  const declared = (widget.attributes ?? []).flatMap((key) => {
    const a = type?.declaration.attributes.find((x) => x.key === key)
    // What is personal or restricted stands on the card of the item, where it is masked; it is no column of a table for everybody.
    const isShown = a && a.mask === undefined && (a.visibility !== 'restricted' || mayReadRestricted(eye.actor))
    if (!isShown) return []
    const choices = a.choices && Object.fromEntries(a.choices.map((c) => [c.value, c.name]))
    return [{ key, name: a.name, type: a.type, ...(choices && { choices }) }]
  })
  const ids = columns.map((c) => things.map((t) => eye.streamOf(t, c.key)))
  const shown = columns.map((column, n) => {
    if (column.kind !== 'category') return { column, values: ids[n]!.map((id) => eye.shown(id)) }
    const declared = eye.declared(`${register}/${column.key}`)?.categories ?? []
    const { categories, values } = categoryColumn(
      declared,
      ids[n]!.map((id) => eye.said(id))
    )
    return { column: { ...column, categories }, values }
  })
  const states = [...STREAM_STATES] as string[]
  const noData = states.indexOf('noData')
  const { latest } = eye.streams
  let silent = 0
  const heard = things.map((_, i) => {
    let at = Number.NEGATIVE_INFINITY
    for (const column of ids) if (column[i]! > 0 && column[i]! < latest.size) at = Math.max(at, latest.at[column[i]!]!)
    if (ids.length > 0 && ids.every((column) => column[i] === 0 || ['noData', 'stale'].includes(eye.state(column[i]!))))
      silent += 1
    return Number.isFinite(at) ? at : null
  })
  const rev = `${eye.streams.catalogue.version}.${things.length}`
  const texts =
    known === rev
      ? null
      : await attributesOf(
          eye.db,
          register,
          declared.map((a) => a.key)
        )
  return {
    type: 'stations',
    at: new Date(eye.now).toISOString(),
    headline: silent > 0 ? { zh: `${silent} 处无数据`, en: `${silent} without data` } : null,
    rev,
    register: { type: register, name: type?.declaration.name ?? { zh: register, en: register } },
    columns: shown.map((c) => c.column),
    attributes: declared,
    spark: widget.spark ?? null,
    silent,
    states,
    ...(texts && {
      things: {
        codes: things.map((t) => t.code),
        names: things.map((t) => t.name),
        attributes: declared.map((_, k) => things.map((t) => texts.get(t.item_id)?.[k] ?? null)),
        streamIds: ids
      }
    }),
    levels: things.map((t) => levels.get(t.item_id) ?? 0),
    values: shown.map((c) => c.values),
    state: ids.map((column) => column.map((id) => (id === 0 ? noData : states.indexOf(eye.state(id))))),
    heard
  }
}

/** Hourly means of the last day of some things of a station table. */
export async function sparks(eye: Eye, widget: Of<'stations'>, codes: readonly string[]): Promise<SparksView> {
  const from = Math.floor(eye.now / HOUR - 24) * HOUR
  const items: SparksView['items'] = {}
  const { spark } = widget
  if (spark && !eye.declared(`${widget.register}/${spark}`)?.hidden) {
    const wanted = new Set(codes.slice(0, MOST_SPARKS))
    const things = eye.things(widget.register).filter((t) => wanted.has(t.code))
    const byId = new Map(things.map((t) => [eye.streamOf(t, spark), t.code]))
    for (const code of byId.values()) items[code] = new Array<number | null>(24).fill(null)
    for (const row of await hourMeans(
      eye.db,
      [...byId.keys()].filter((id) => id > 0),
      from,
      eye.now
    )) {
      const line = items[byId.get(row.stream_id)!]
      const hour = Math.round((row.at - from) / HOUR)
      if (line && hour >= 0 && hour < 24) line[hour] = row.mean
    }
  }
  return { from: new Date(from).toISOString(), items }
}

export async function alarms(eye: Eye, widget: Of<'alarms'>): Promise<AlarmsData> {
  const query = { pack: eye.id, state: 'open', ...(widget.levels && { level: widget.levels.join(',') }) }
  const [page, counts] = await Promise.all([
    pageOfAlarms(eye.db, eye.actor, { ...query, sort: 'level', limit: MOST_ALARMS }),
    countAlarms(eye.db, eye.actor, query)
  ])
  const grave = (counts.byLevel['1'] ?? 0) + (counts.byLevel['2'] ?? 0)
  return {
    type: 'alarms',
    at: new Date(eye.now).toISOString(),
    headline:
      grave > 0 ? { zh: `一、二级报警 ${grave} 件`, en: `${grave} ${grave === 1 ? 'alarm' : 'alarms'} of level 1 or 2` } : null,
    total: counts.open,
    byLevel: counts.byLevel,
    items: page.items
  }
}
