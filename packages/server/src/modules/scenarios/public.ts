/** Lists for citizens: what `public.json` of the active packs names, and nothing else. */
import type { AttributeDeclaration, RegisterDeclaration } from '@chengyun/contract/registry'
import {
  PUBLIC_ITEMS,
  type PublicItem,
  type PublicListPage,
  type PublicListQuery,
  type PublicLists
} from '@chengyun/contract/scenarios'
import type { StreamDeclaration } from '@chengyun/contract/streams'
import { isPersonal, type PackDocument } from '@chengyun/scenario-kit/packs'
import type * as GeoJSON from 'geojson'
import type { Db } from '../../platform/db.ts'
import type { DeliveredEvent } from '../../platform/module.ts'
import { distanceM } from '../geo/index.ts'
import { findType } from '../registry/index.ts'
import { type LatestRow, type Streams, streamsOf } from '../streams/index.ts'
import { listActivePacks } from './queries/packs.ts'
import { type PublicRow, publicRows } from './queries/public.ts'

type List = PackDocument['public'][number]
/** Standards §5.3: public places are rounded to 5 decimals, about a metre. */
const PLACES = 1e5
const KEPT_MS = 30_000
const LIMIT = 30
const STALE_EVENTS = new Set([
  'scenarios.changed',
  'registry.typeChanged',
  'registry.changed',
  'registry.itemsChanged',
  'registry.relocated'
])

/** A list as its pack declares it and its register allows. */
interface OpenList {
  pack: PackDocument
  list: List
  register: RegisterDeclaration
  attributes: AttributeDeclaration[]
  streams: StreamDeclaration[]
  rows: PublicRow[]
}

/** The lists of a process, kept until an event says that they are different. */
export class PublicLibrary {
  readonly #db: Db
  #lists: Promise<Map<string, OpenList>> | null = null
  #until = 0

  constructor(db: Db) {
    this.#db = db
  }

  hear(event: Pick<DeliveredEvent, 'name'>): void {
    if (STALE_EVENTS.has(event.name)) this.#lists = null
  }

  async lists(): Promise<PublicLists> {
    const lists = await this.#read()
    return {
      items: [...lists.values()].map(({ pack, list, rows }) => ({
        pack: pack.scenario.id,
        key: list.key,
        name: list.name,
        packName: pack.scenario.name,
        count: rows.length
      }))
    }
  }

  /** A part of a list; null when there is no such list. */
  async page(pack: string, key: string, asked: PublicListQuery): Promise<PublicListPage | null> {
    const open = (await this.#read()).get(`${pack}/${key}`)
    if (!open) return null
    const { near, cursor, limit = LIMIT } = asked
    const from = near?.split(',').map(Number) as [number, number] | undefined
    const rows = sorted(open.rows.filter(filterOf(asked)), from)
    const start = Number(cursor ?? 0)
    const shown = rows.slice(start, start + Math.min(limit, PUBLIC_ITEMS))
    const streams = await streamsOf(this.#db)
    const next = start + shown.length < rows.length ? String(start + shown.length) : null
    return {
      pack,
      key,
      name: open.list.name,
      packName: open.pack.scenario.name,
      attributes: open.attributes.map((a) => ({ key: a.key, name: a.name, unit: a.unit ?? '' })),
      streams: open.streams.map((s) => ({
        key: s.key,
        name: s.name,
        unit: s.unit.symbol === '1' ? '' : s.unit.symbol,
        decimals: s.decimals
      })),
      reportClass: open.list.report?.class ?? null,
      total: rows.length,
      items: shown.map((row) => present(open, row, streams, from)),
      next
    }
  }

  async #read(): Promise<Map<string, OpenList>> {
    const now = Date.now()
    if (!this.#lists || now > this.#until) {
      this.#until = now + KEPT_MS
      const read = openLists(this.#db)
      this.#lists = read
      read.catch(() => {
        if (this.#lists === read) this.#lists = null
      })
    }
    return this.#lists
  }
}

async function openLists(db: Db): Promise<Map<string, OpenList>> {
  const out = new Map<string, OpenList>()
  for (const { document: pack } of await listActivePacks(db)) {
    for (const list of pack.public) {
      const type = await findType(db, list.register)
      // A register may have become another one since the pack was checked.
      if (type?.state !== 'active' || type.declaration.access === 'restricted' || type.declaration.group === 'person') continue
      const register = type.declaration
      const known = register.attributes.filter((a) => a.visibility === 'public' && !isPersonal(a))
      const conditions = Object.keys(list.where ?? {}).filter((key) => key !== 'status' && key !== 'class_code')
      if (!conditions.every((key) => known.some((a) => a.key === key))) continue
      const attributes = list.attributes.flatMap((key) => known.find((a) => a.key === key) ?? [])
      const declared = pack.things.things.find((t) => t.register === list.register)?.streams ?? []
      const streams = (list.streams ?? []).flatMap((key) => declared.find((s) => s.key === key && s.hidden !== true) ?? [])
      const ended = register.states.filter((s) => s.ends).map((s) => s.key)
      const keys = attributes.map((a) => a.key)
      const rows = await publicRows(db, list.register, ended, keys, list.where)
      out.set(`${pack.scenario.id}/${list.key}`, { pack, list, register, attributes, streams, rows })
    }
  }
  return out
}

function filterOf({ bbox, q }: PublicListQuery): (row: PublicRow) => boolean {
  const box = bbox?.split(',').map(Number) as [number, number, number, number] | undefined
  const sought = q?.trim().toLowerCase() ?? ''
  return (row) =>
    (!box || (row.lng >= box[0] && row.lat >= box[1] && row.lng <= box[2] && row.lat <= box[3])) &&
    (sought === '' || [row.name, row.address, row.code].some((text) => text.toLowerCase().includes(sought)))
}

/** Nearest first; as they are without a place. The order of so short ways needs no ellipsoid. */
function sorted(rows: PublicRow[], from: readonly [number, number] | undefined): PublicRow[] {
  if (!from) return rows
  const shrink = Math.cos((from[1] * Math.PI) / 180)
  const away = (row: PublicRow): number => ((row.lng - from[0]) * shrink) ** 2 + (row.lat - from[1]) ** 2
  return rows
    .map((row) => ({ row, away: away(row) }))
    .sort((a, b) => a.away - b.away || (a.row.code < b.row.code ? -1 : 1))
    .map(({ row }) => row)
}

const rounded = (degrees: number): number => Math.round(degrees * PLACES) / PLACES
const TONES = ['ok', 'soon', 'late', 'paused'] as const

function present(open: OpenList, row: PublicRow, streams: Streams, from: [number, number] | undefined): PublicItem {
  const { register, attributes } = open
  const state = register.states.find((s) => s.key === row.status)
  const classes = register.classes && 'list' in register.classes ? register.classes.list : []
  return {
    code: row.code,
    name: row.name,
    address: row.address,
    location: [rounded(row.lng), rounded(row.lat)],
    kind: classes.find((c) => c.code === row.class_code)?.name ?? null,
    status: {
      name: state?.name ?? { zh: row.status, en: row.status },
      tone: TONES.find((tone) => tone === state?.tone) ?? 'none'
    },
    facts: attributes.flatMap((a) => {
      const value = factOf(a, row.attributes[a.key])
      return value === null ? [] : [{ key: a.key, value }]
    }),
    now: nowOf(open.streams, row.id, streams),
    distanceM: from ? Math.round(distanceM(from, [row.lng, row.lat])) : null
  }
}

type Fact = PublicItem['facts'][number]['value']

/** A value in the words of its declaration; null of what says nothing. */
function factOf(a: AttributeDeclaration, value: unknown): Fact | null {
  const named = (word: unknown) => a.choices?.find((c) => c.value === word)?.name ?? { zh: String(word), en: String(word) }
  if (value === undefined || value === null || value === '') return null
  if (Array.isArray(value)) return value.length > 0 ? value.map(named) : null
  if (a.type === 'choice') return named(value)
  return typeof value === 'boolean' || typeof value === 'number' ? value : String(value)
}

/** What the declared streams of an item say; streams it does not have are left out. */
function nowOf(declared: readonly StreamDeclaration[], itemId: string, { catalogue, latest }: Streams): PublicItem['now'] {
  const now = Date.now()
  return declared.flatMap(({ key, kind, categories }): PublicItem['now'] => {
    const [id] = catalogue.streamsOfItem(itemId, key)
    if (id === undefined || catalogue.hidden[id] === 1) return []
    const said = latest.stateOf(id, catalogue.limitsOf(id), now)
    const state = said === 'good' || said === 'stale' ? said : 'none'
    const value = state === 'none' ? null : saidBy(kind, categories, latest.get(id))
    if (value === null) return [{ key, value, state: 'none', at: null }]
    return [{ key, value, state, at: new Date(latest.at[id]!).toISOString() }]
  })
}

type Said = PublicItem['now'][number]['value']

/** A reading in the words of its stream: a truth, the name of a category (the word itself where nobody declared it), a number; null of none. */
export function saidBy(
  kind: StreamDeclaration['kind'],
  categories: StreamDeclaration['categories'],
  row: Pick<LatestRow, 'value' | 'extra'> | undefined
): Said {
  if (kind === 'category') {
    const word = row?.extra?.result
    if (typeof word !== 'string') return null
    return categories?.find((c) => c.value === word)?.name ?? { zh: word, en: word }
  }
  const number = row?.value
  if (typeof number !== 'number' || Number.isNaN(number)) return null
  return kind === 'truth' ? number !== 0 : number
}

/** A page as GeoJSON, for maps of others. */
export function pageAsGeoJson(page: PublicListPage): GeoJSON.FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: page.items.map(({ location, ...item }) => ({
      type: 'Feature',
      id: item.code,
      geometry: { type: 'Point', coordinates: [...location] },
      properties: {
        code: item.code,
        name: item.name,
        address: item.address,
        kind: item.kind,
        status: item.status.name,
        ...Object.fromEntries(item.facts.map((f) => [f.key, f.value])),
        ...Object.fromEntries(item.now.map((s) => [s.key, { value: s.value, state: s.state, at: s.at }])),
        ...(item.distanceM !== null && { distanceM: item.distanceM })
      }
    }))
  }
}
