/** Things on the map and in their net, with live states. */
import type { ItemGeometry } from '@chengyun/contract/registry'
import { type MapData, TONES, type Tone, type TopologyData } from '@chengyun/contract/scenarios'
import type { PackDocument, Widget } from '@chengyun/scenario-kit/packs'
import { findType, listGeometries } from '../../registry/index.ts'
import type { Eye } from '../eye.ts'
import { ALARM_LEGEND, LEVEL_TONES } from '../layers.ts'
import { relationsOf, type SeenItem } from '../queries/items.ts'

type Of<T extends Widget['type']> = Extract<Widget, { type: T }>
type Layer = PackDocument['layers'][number]
const tone = (t: Tone): number => TONES.indexOf(t)

/** Paths of lines and outer rings of areas, longitude and latitude by turns. */
function pathOf(geometry: ItemGeometry | undefined): number[] {
  if (geometry?.type === 'LineString') return geometry.coordinates.flatMap(([x, y]) => [x, y])
  if (geometry?.type === 'Polygon') return (geometry.coordinates[0] ?? []).flatMap(([x, y]) => [x, y])
  return []
}

export async function map(eye: Eye, widget: Of<'map'>, known: string | undefined): Promise<MapData> {
  const wanted = widget.layers.flatMap((key) => eye.pack.layers.find((l) => l.key === key) ?? [])
  const items = await Promise.all(wanted.map((l) => eye.items(l.register)))
  const rev = `${eye.streams.catalogue.version}.${items.map((list) => list.length).join('.')}`
  const levels = await eye.levels()
  const layers = await Promise.all(wanted.map((layer, i) => layerOf(eye, layer, items[i]!, levels, known === rev)))
  return { type: 'map', at: new Date(eye.now).toISOString(), headline: null, rev, layers }
}

async function layerOf(
  eye: Eye,
  layer: Layer,
  items: readonly SeenItem[],
  levels: ReadonlyMap<string, number>,
  isKnown: boolean
): Promise<MapData['layers'][number]> {
  const type = await findType(eye.db, layer.register)
  const shape = type?.declaration.geometry
  const geometry = shape === 'line' || shape === 'polygon' ? shape : 'point'
  const { colour } = layer
  const valueRef = colour.by === 'value' ? colour.stream : layer.label ? `${layer.register}/${layer.label}` : null
  const declared = valueRef ? eye.declared(valueRef) : undefined
  const ids = items.map((item) => streamOfItem(eye, item.id, valueRef))
  const values = ids.map((id) => eye.shown(id))
  const levelOf = items.map((item) => levels.get(item.id) ?? 0)
  const shapes = isKnown || geometry === 'point' ? null : await listGeometries(eye.db, layer.register)
  return {
    key: layer.key,
    name: layer.name,
    register: layer.register,
    by: colour.by,
    geometry,
    color: type?.declaration.symbol.color ?? '#1677ff',
    minZoom: layer.minZoom ?? null,
    legend:
      colour.by === 'value'
        ? colour.bands.map((b) => ({ tone: b.tone, name: b.name }))
        : colour.by === 'alarm'
          ? [...ALARM_LEGEND]
          : [],
    unit: declared?.unit.symbol ?? '',
    decimals: declared?.decimals ?? 0,
    ...(!isKnown && {
      things: {
        codes: items.map((i) => i.code),
        names: items.map((i) => i.name),
        ...(shapes
          ? { paths: items.map((i) => pathOf(shapes.get(i.id))) }
          : { points: items.flatMap((i) => [i.lng ?? 0, i.lat ?? 0]) })
      }
    }),
    tone: items.map((_, i) => {
      if (colour.by === 'plain') return tone('none')
      if (colour.by === 'alarm') return tone(LEVEL_TONES[levelOf[i]!] ?? 'ok')
      const value = values[i]
      if (value == null) return tone(ids[i] === 0 ? 'absent' : 'silent')
      return tone(colour.bands.find((b) => b.below === undefined || value < b.below)?.tone ?? 'none')
    }),
    levels: levelOf,
    values
  }
}

function streamOfItem(eye: Eye, itemId: string, ref: string | null): number {
  const { catalogue } = eye.streams
  const thing = catalogue.things.get(catalogue.thingOfItem.get(itemId) ?? -1)
  return thing && ref ? eye.streamOf(thing, ref.slice(ref.indexOf('/') + 1)) : 0
}

/** Metres within which the end of a line meets a node. */
const MEETS_DEG = 60 / 111_320

export async function topology(eye: Eye, widget: Of<'topology'>, known: string | undefined): Promise<TopologyData> {
  const lists = await Promise.all(widget.nodes.map((register) => eye.items(register)))
  const nodes = lists.flatMap((list, register) =>
    list.filter((i) => i.lng !== null && i.lat !== null).map((item) => ({ item, register }))
  )
  const levels = await eye.levels()
  const types = await Promise.all([...widget.nodes, ...(widget.lines ? [widget.lines] : [])].map((id) => findType(eye.db, id)))
  const nameOf = (id: string, i: number) => ({ type: id, name: types[i]?.declaration.name ?? { zh: id, en: id } })
  const declared = widget.stream ? eye.declared(widget.stream) : undefined
  const values = nodes.map(({ item }) =>
    widget.stream?.startsWith(`${item.type_id}/`) ? eye.shown(streamOfItem(eye, item.id, widget.stream)) : null
  )
  const rev = `${eye.streams.catalogue.version}.${nodes.length}`
  const levelOf = nodes.map(({ item }) => levels.get(item.id) ?? 0)
  return {
    type: 'topology',
    at: new Date(eye.now).toISOString(),
    headline: null,
    rev,
    registers: widget.nodes.map(nameOf),
    lines: widget.lines ? nameOf(widget.lines, widget.nodes.length) : null,
    unit: declared?.unit.symbol ?? '',
    decimals: declared?.decimals ?? 0,
    streamName: declared?.name ?? null,
    ...(known !== rev && {
      net: {
        codes: nodes.map((n) => n.item.code),
        names: nodes.map((n) => n.item.name),
        register: nodes.map((n) => n.register),
        points: nodes.flatMap((n) => [n.item.lng!, n.item.lat!]),
        edges: await edgesOf(
          eye,
          widget,
          nodes.map((n) => n.item)
        ),
        directed: widget.lines === undefined
      }
    }),
    tone: nodes.map((_, i) =>
      tone(levelOf[i] ? (LEVEL_TONES[levelOf[i]!] ?? 'ok') : widget.stream && values[i] === null ? 'none' : 'ok')
    ),
    levels: levelOf,
    values
  }
}

async function edgesOf(
  eye: Eye,
  widget: Of<'topology'>,
  nodes: readonly SeenItem[]
): Promise<NonNullable<TopologyData['net']>['edges']> {
  const numberOf = new Map(nodes.map((n, i) => [n.id, i]))
  if (widget.lines === undefined) {
    if (!widget.relation) return []
    return (await relationsOf(eye.db, widget.relation, widget.nodes)).flatMap(({ from, to }) => {
      const [a, b] = [numberOf.get(from), numberOf.get(to)]
      return a === undefined || b === undefined ? [] : [{ code: '', from: b, to: a }]
    })
  }
  const lines = await eye.items(widget.lines)
  const shapes = await listGeometries(eye.db, widget.lines)
  const near = gridOf(nodes)
  return lines.flatMap((line) => {
    const path = pathOf(shapes.get(line.id))
    if (path.length < 4) return []
    return [{ code: line.code, from: near(path[0]!, path[1]!), to: near(path.at(-2)!, path.at(-1)!), path }]
  })
}

/** The nearest node to a place, by cells; -1 where none is near. */
function gridOf(nodes: readonly SeenItem[]): (lng: number, lat: number) => number {
  const cell = (v: number) => Math.floor(v / MEETS_DEG)
  const cells = Map.groupBy(nodes.keys(), (i) => `${cell(nodes[i]!.lng!)} ${cell(nodes[i]!.lat!)}`)
  return (lng, lat) => {
    let [best, at] = [MEETS_DEG, -1]
    for (const dx of [-1, 0, 1])
      for (const dy of [-1, 0, 1])
        for (const i of cells.get(`${cell(lng) + dx} ${cell(lat) + dy}`) ?? []) {
          const far = Math.hypot(nodes[i]!.lng! - lng, nodes[i]!.lat! - lat)
          if (far <= best) [best, at] = [far, i]
        }
    return at
  }
}
