import { DRAWINGS, type DrawingStyle } from '@chengyun/ui/map/overlay.ts'

// What the map shows, as the address keeps it: whoever opens the address sees the same. Pure.

/** Where the map looks, in degrees and zoom levels. */
export interface View {
  center: [number, number]
  zoom: number
  bearing: number
  pitch: number
}

/** One layer that is switched on. */
export interface Choice {
  id: string
  /** 5…100 per cent. */
  opacity: number
  draw: DrawingStyle
  /** Class codes or their beginnings; null is all. */
  classes: string[] | null
  statuses: string[] | null
}

export const PAINTS = ['layer', 'class', 'major', 'status'] as const
export type PaintBy = (typeof PAINTS)[number]
export const STEPS = ['hour', 'day', 'week'] as const
export type Step = (typeof STEPS)[number]
export const TOOLS = ['circle', 'polygon', 'buffer', 'length', 'area'] as const
export type Tool = (typeof TOOLS)[number]
export const PANELS = ['layers', 'bookmarks', 'export'] as const
export type Panel = (typeof PANELS)[number]

/** The other side of a split view: another moment of the same layers, or one other layer at the same moment. */
export type Split = { by: 'time'; at: string | null; place: number } | { by: 'layer'; layer: string; place: number }

/** All that a shared address restores. */
export interface MapState {
  view: View | null
  /** Uppermost first; null when nobody has chosen, then the page chooses. */
  layers: Choice[] | null
  paint: PaintBy
  labels: 0 | 1 | 2
  /** The moment shown; null is now. */
  at: string | null
  timeOpen: boolean
  step: Step
  split: Split | null
  tool: Tool | null
  /** What is drawn, as `drawingText` writes it. */
  drawing: string | null
  /** The object that is read: layer and key. */
  pick: { layer: string; key: string } | null
  panel: Panel | null
  legend: boolean
}

const KEYS = ['c', 'l', 'by', 'lb', 't', 'tb', 'ts', 's', 'tool', 'd', 'o', 'p', 'lg'] as const
const CODE = /^[A-Za-z0-9_-]+$/
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/

/** Reads the state of an address; what makes no sense is as if it were not there. */
export function stateFrom(params: URLSearchParams): MapState {
  return {
    view: viewFrom(params.get('c')),
    layers: layersFrom(params.get('l')),
    paint: oneOf(PAINTS, params.get('by')) ?? 'layer',
    labels: ({ '0': 0, '2': 2 } as const)[params.get('lb') ?? ''] ?? 1,
    at: instantFrom(params.get('t')),
    timeOpen: params.get('tb') === '1' || params.has('t'),
    step: oneOf(STEPS, params.get('ts')) ?? 'day',
    split: splitFrom(params.get('s')),
    tool: oneOf(TOOLS, params.get('tool')),
    drawing: params.get('d'),
    pick: pickFrom(params.get('o')),
    panel: params.has('p') ? oneOf(PANELS, params.get('p')) : 'layers',
    legend: params.get('lg') !== '0'
  }
}

/** Writes the state into an address; everything else in it stays. What is as it always is, is left out. */
export function stateTo(state: MapState, before: URLSearchParams): URLSearchParams {
  const params = new URLSearchParams(before)
  for (const key of KEYS) params.delete(key)
  const set = (key: (typeof KEYS)[number], value: string | null, usual: string | null = null) => {
    if (value !== null && value !== usual) params.set(key, value)
  }
  set('c', state.view ? viewText(state.view) : null)
  set('l', state.layers ? state.layers.map(choiceText).join(',') || '-' : null)
  set('by', state.paint, 'layer')
  set('lb', String(state.labels), '1')
  set('t', state.at)
  if (state.timeOpen && !state.at) set('tb', '1')
  set('ts', state.step, 'day')
  set('s', state.split ? splitText(state.split) : null)
  set('tool', state.tool)
  set('d', state.drawing)
  set('o', state.pick ? `${state.pick.layer}:${state.pick.key}` : null)
  set('p', state.panel ?? '-', 'layers')
  set('lg', state.legend ? '1' : '0', '1')
  return params
}

const round = (v: number, digits: number) => String(Number(v.toFixed(digits)))

function viewText({ center, zoom, bearing, pitch }: View): string {
  return [round(center[0], 6), round(center[1], 6), round(zoom, 3), round(bearing, 1), round(pitch, 1)].join(',')
}

function viewFrom(text: string | null): View | null {
  const [lng, lat, zoom, bearing = 0, pitch = 0] = (text ?? '').split(',').map(Number)
  if (lng === undefined || lat === undefined || zoom === undefined) return null
  const sound = [lng, lat, zoom, bearing, pitch].every(Number.isFinite)
  if (!sound || Math.abs(lng) > 180 || Math.abs(lat) > 85 || zoom < 0 || zoom > 24 || pitch < 0 || pitch > 85) return null
  return { center: [lng, lat], zoom, bearing, pitch }
}

/** `reg-component~60~hex~c:01.0203~s:inUse` */
function choiceText(c: Choice): string {
  const parts = [c.id]
  if (c.opacity !== 100) parts.push(String(c.opacity))
  if (c.draw !== 'points') parts.push(c.draw)
  if (c.classes) parts.push(`c:${c.classes.join('.')}`)
  if (c.statuses) parts.push(`s:${c.statuses.join('.')}`)
  return parts.join('~')
}

function layersFrom(text: string | null): Choice[] | null {
  if (text === null) return null
  if (text === '-') return []
  const found = text.split(',').flatMap((word) => {
    const [id = '', ...parts] = word.split('~')
    if (!CODE.test(id)) return []
    const choice = choose(id)
    for (const part of parts) {
      const drawing = oneOf(DRAWINGS, part)
      if (drawing) choice.draw = drawing
      else if (/^\d+$/.test(part)) choice.opacity = Math.min(100, Math.max(5, Number(part)))
      else if (part.startsWith('c:')) choice.classes = codes(part.slice(2))
      else if (part.startsWith('s:')) choice.statuses = codes(part.slice(2))
    }
    return [choice]
  })
  return found.filter((c, i) => found.findIndex((o) => o.id === c.id) === i)
}

const codes = (text: string) => text.split('.').filter((code) => CODE.test(code))

/** A layer as it is when it is switched on. */
export function choose(id: string): Choice {
  return { id, opacity: 100, draw: 'points', classes: null, statuses: null }
}

function splitText(split: Split): string {
  return split.by === 'time' ? `time~${round(split.place, 3)}~${split.at ?? ''}` : `layer~${round(split.place, 3)}~${split.layer}`
}

function splitFrom(text: string | null): Split | null {
  const [by, at, what = ''] = (text ?? '').split('~')
  const place = Math.min(0.95, Math.max(0.05, Number(at)))
  if (Number.isNaN(place)) return null
  if (by === 'time') return { by, at: instantFrom(what), place }
  return by === 'layer' && CODE.test(what) ? { by, layer: what, place } : null
}

function instantFrom(text: string | null): string | null {
  return text && INSTANT.test(text) && !Number.isNaN(Date.parse(text)) ? text : null
}

function pickFrom(text: string | null): MapState['pick'] {
  const cut = (text ?? '').indexOf(':')
  if (!text || cut < 1) return null
  const [layer, key] = [text.slice(0, cut), text.slice(cut + 1)]
  return CODE.test(layer) && key ? { layer, key } : null
}

function oneOf<T extends string>(words: readonly T[], text: string | null): T | null {
  return words.find((w) => w === text) ?? null
}

/** The filter of a layer as the tiles and the questions about areas take it. */
export function filterOf(choice: Choice, at: string | null): { class?: string; status?: string; at?: string } {
  return {
    ...(choice.classes ? { class: choice.classes.join(',') || NONE } : {}),
    ...(choice.statuses ? { status: choice.statuses.join(',') || NONE } : {}),
    ...(at ? { at } : {})
  }
}

/** A code no class and no state has: with nothing chosen, nothing is shown. */
const NONE = '-'

/** The address of the tiles of a layer, as the map takes it. */
export function tilesOf(origin: string, choice: Choice, at: string | null): string {
  const form = choice.draw === 'hex' || choice.draw === 'columns' ? { as: 'hex' } : choice.draw === 'heat' ? { as: 'cells' } : {}
  const asked = new URLSearchParams({ ...filterOf(choice, at), ...form }).toString()
  return `${origin}/tiles/${choice.id}/{z}/{x}/{y}.mvt${asked ? `?${asked}` : ''}`
}
