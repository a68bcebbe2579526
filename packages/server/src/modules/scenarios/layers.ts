/** Layers of packs on the one map: which items there are comes from the register, how they stand from streams and alarms. */
import { createHash } from 'node:crypto'
import type { LayerLive } from '@chengyun/contract/geo'
import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { type LayerStates, type LayerStatesQuery, STATES_LIMIT, TONES, type Tone } from '@chengyun/contract/scenarios'
import type { PackDocument } from '@chengyun/scenario-kit/packs'
import { type Actor, may } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { countedAlarms } from '../alarms/index.ts'
import { type Collection, type LayerFamily, type LayerSource, publish } from '../geo/index.ts'
import {
  findType,
  listTypes,
  mayReadType,
  type Reach,
  reaches,
  reachOf,
  registerCollection,
  registerSource
} from '../registry/index.ts'
import { type Streams, streamsOf, type ThingFacts } from '../streams/index.ts'
import { listActivePacks } from './queries/packs.ts'

export type PackLayer = PackDocument['layers'][number]

/** With more objects than these a layer is counted by cells when it is seen from afar. */
const SINGLE_UP_TO = 12_000
const LABELS_FROM = 13
const NOBODY: Reach = { all: false, regions: [], unitIds: [], grids: [] }

/** Tones of levels, by number; the first is that of no alarm. */
export const LEVEL_TONES: readonly Tone[] = ['ok', 'grave', 'grave', 'late', 'soon']
export const ALARM_LEGEND: readonly { tone: Tone; name: { zh: string; en: string } }[] = [
  { tone: 'grave', name: { zh: '一、二级', en: 'Levels 1, 2' } },
  { tone: 'late', name: { zh: '三级', en: 'Level 3' } },
  { tone: 'soon', name: { zh: '四级', en: 'Level 4' } },
  { tone: 'ok', name: { zh: '正常', en: 'In order' } }
]

/** Name of a layer on the map and at `/ogc`. */
export const layerId = (pack: string, key: string): string => `pack-${pack}-${key}`

/** The stream a layer is coloured by or writes beside its objects, as `register/key`; null where it is neither. */
function streamRef(pack: PackDocument, layer: PackLayer): string | null {
  if (layer.colour.by === 'value') return layer.colour.stream
  const ref = `${layer.register}/${layer.label}`
  return layer.label && declaredStream(pack, ref) ? ref : null
}

function declaredStream(pack: PackDocument, ref: string) {
  const [register, key] = ref.split('/')
  return pack.things.things.find((t) => t.register === register)?.streams.find((s) => s.key === key)
}

function liveOf(pack: PackDocument, layer: PackLayer): LayerLive {
  const { colour, label, register } = layer
  const ref = streamRef(pack, layer)
  const declared = ref === null ? undefined : declaredStream(pack, ref)
  const isStream = label !== undefined && declaredStream(pack, `${register}/${label}`) !== undefined
  return {
    register,
    by: colour.by,
    legend:
      colour.by === 'value'
        ? colour.bands.map((b) => ({ tone: b.tone, name: b.name }))
        : colour.by === 'alarm'
          ? [...ALARM_LEGEND]
          : [],
    unit: declared?.unit.symbol === '1' ? '' : (declared?.unit.symbol ?? ''),
    decimals: declared?.decimals ?? 0,
    label: label === undefined ? null : isStream ? { by: 'value' } : { by: 'property', key: label },
    labelsFrom: layer.minZoom ?? LABELS_FROM,
    states: `/api/scenarios/${pack.scenario.id}/layers/${layer.key}/states`
  }
}

function sourceOf(
  db: Db,
  pack: PackDocument,
  layer: PackLayer,
  type: { declaration: RegisterDeclaration; version: number }
): LayerSource {
  const base = registerSource(db, type.declaration, type.version, layer.label ? [layer.label] : [])
  return {
    ...base,
    id: layerId(pack.scenario.id, layer.key),
    kind: 'device',
    group: `pack-${pack.scenario.id}`,
    groupName: pack.scenario.name,
    name: layer.name,
    version: `${base.version} ${layer.register} ${layer.label ?? ''}`,
    live: liveOf(pack, layer),
    singleUpTo: SINGLE_UP_TO
  }
}

/** Layers of active packs whose registers are in use, with the registers. */
async function layersInUse(db: Db) {
  const types = new Map(
    (await listTypes(db)).filter((t) => t.state === 'active' && t.declaration.geometry !== 'none').map((t) => [t.id, t])
  )
  return (await listActivePacks(db)).flatMap(({ document: pack }) =>
    pack.layers.flatMap((layer) => {
      const type = types.get(layer.register)
      return type ? [{ pack, layer, type }] : []
    })
  )
}

/** Layers of all active packs: they come and go with their packs, without a restart. */
export const packLayers = (db: Db): LayerFamily => ({
  list: async () => (await layersInUse(db)).map(({ pack, layer, type }) => sourceOf(db, pack, layer, type)),
  isStaleAfter: (event) => event.name === 'scenarios.changed' || event.name === 'registry.typeChanged'
})

/** Called once when the module starts: what is drawn as a layer is published as the register it comes from. */
export function publishLayers(): void {
  publish('scenarios', async (db, actor): Promise<Collection[]> => {
    return (await layersInUse(db)).flatMap(({ pack, layer, type }) => {
      const base = registerCollection(db, type.declaration, actor)
      if (!base) return []
      const { zh, en } = pack.scenario.name
      const title = { zh: `${zh} · ${layer.name.zh}`, en: `${en} · ${layer.name.en}` }
      return [{ ...base, id: layerId(pack.scenario.id, layer.key), title }]
    })
  })
}

/** What of a layer a reader may know, each by its own permission. */
interface Sight {
  items: Reach
  streams: Reach
  alarms: Reach
}

async function sightOf(db: Db, actor: Actor): Promise<Sight> {
  const of = (permission: string) => (may(actor, permission) ? reachOf(db, actor, permission) : NOBODY)
  const [items, streams, alarms] = await Promise.all([of('registry:read'), of('streams:read'), of('alarms:read')])
  return { items, streams, alarms }
}

interface Standing {
  tone: Tone
  level: number
  value: number | null
}

/** How one thing stands, as far as this reader may know. */
function standingOf(layer: PackLayer, thing: ThingFacts, level: number, sight: Sight, heard: Heard): Standing {
  const mayHear = reaches(sight.streams, thing)
  const value = mayHear ? heard.value(thing) : null
  const { colour } = layer
  if (colour.by === 'plain') return { tone: 'none', level, value }
  if (colour.by === 'value') {
    if (!mayHear) return { tone: 'none', level, value }
    if (value === null) return { tone: heard.isFitted(thing) ? 'silent' : 'absent', level, value }
    return { tone: colour.bands.find((b) => b.below === undefined || value < b.below)?.tone ?? 'none', level, value }
  }
  if (level > 0) return { tone: LEVEL_TONES[level] ?? 'none', level, value }
  if (!reaches(sight.alarms, thing)) return { tone: 'none', level, value }
  // Nothing wrong is not the same as nothing heard.
  return { tone: mayHear && heard.isSilent(thing) ? 'silent' : 'ok', level, value }
}

/** What streams of things say at a moment. */
class Heard {
  readonly #streams: Streams
  readonly #key: string | null
  readonly #now: number

  constructor(streams: Streams, key: string | null, now: number) {
    this.#streams = streams
    this.#key = key
    this.#now = now
  }

  #isHeard(id: number): boolean {
    const { catalogue, latest } = this.#streams
    const state = latest.stateOf(id, catalogue.limitsOf(id), this.#now)
    return state !== 'noData' && state !== 'stale'
  }

  /** The latest value of the layer's stream; null where there is none, it is silent, hidden, or says no number. */
  value(thing: ThingFacts): number | null {
    const { catalogue, latest } = this.#streams
    if (this.#key === null) return null
    const id = catalogue.streamsOfThing.get(thing.id)?.find((s) => catalogue.keyOf(s) === this.#key)
    if (id === undefined || catalogue.hidden[id] === 1 || !this.#isHeard(id)) return null
    const value = latest.values[id]
    return value === undefined || Number.isNaN(value) ? null : value
  }

  /** Whether the thing has the layer's stream at all. */
  isFitted(thing: ThingFacts): boolean {
    const { catalogue } = this.#streams
    return catalogue.streamsOfThing.get(thing.id)?.some((s) => catalogue.keyOf(s) === this.#key) === true
  }

  /** Whether all there is to hear of a thing is silent. */
  isSilent(thing: ThingFacts): boolean {
    const ids = this.#streams.catalogue.streamsOfThing.get(thing.id) ?? []
    return ids.length > 0 && !ids.some((id) => this.#isHeard(id))
  }
}

/** How the things of a layer stand; null when there is no such layer for this reader. */
export async function layerStates(
  db: Db,
  actor: Actor,
  pack: PackDocument,
  key: string,
  asked: LayerStatesQuery
): Promise<LayerStates | null> {
  const layer = pack.layers.find((l) => l.key === key)
  const type = layer && (await findType(db, layer.register))
  if (!layer || type?.state !== 'active' || !mayReadType(actor, type.declaration)) return null
  const [sight, streams] = await Promise.all([sightOf(db, actor), streamsOf(db)])
  const levels = new Map<string, number>()
  if (may(actor, 'alarms:read'))
    for (const a of await countedAlarms(db, actor, { type: layer.register, standing: true }))
      levels.set(a.item_id, Math.min(levels.get(a.item_id) ?? 9, a.level))
  const now = Date.now()
  const heard = new Heard(streams, streamRef(pack, layer)?.split('/')[1] ?? null, now)
  const isWithin = boxTest(asked.bbox)
  const counts: Record<string, number> = {}
  const [codes, points, out]: [string[], number[], Standing[]] = [[], [], []]
  let more = false
  for (const thing of streams.catalogue.things.values()) {
    if (thing.type_id !== layer.register || thing.lng === null || thing.lat === null || !reaches(sight.items, thing)) continue
    const standing = standingOf(layer, thing, levels.get(thing.item_id) ?? 0, sight, heard)
    counts[standing.tone] = (counts[standing.tone] ?? 0) + 1
    if (!isWithin(thing.lng, thing.lat)) continue
    if (out.length >= STATES_LIMIT) {
      more = true
      continue
    }
    codes.push(thing.code)
    points.push(thing.lng, thing.lat)
    out.push(standing)
  }
  const rev = createHash('sha256').update(codes.join()).update(String(points)).digest('base64url').slice(0, 16)
  return {
    at: new Date(now).toISOString(),
    rev,
    counts,
    more,
    ...(asked.known !== rev && { things: { codes, points } }),
    tone: out.map((s) => TONES.indexOf(s.tone)),
    levels: out.map((s) => s.level),
    values: out.map((s) => s.value)
  }
}

function boxTest(bbox: string | undefined): (lng: number, lat: number) => boolean {
  if (bbox === undefined) return () => true
  const [w, s, e, n] = bbox.split(',').map(Number) as [number, number, number, number]
  return (lng, lat) => lng >= w && lng <= e && lat >= s && lat <= n
}
