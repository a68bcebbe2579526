import type { LayerLive, LayerView } from '@chengyun/contract/geo'
import { type Language, type ThemeMode, TOKENS, type ToneName, toneColor } from '@chengyun/ui'
import type { DataLayer, Paint } from '@chengyun/ui/map/overlay.ts'
import {
  AMOUNT_OPACITY,
  AMOUNT_STEPS,
  amountColors,
  KIND_COLORS,
  kindColor,
  onLand,
  onSurface,
  otherColor
} from '@chengyun/ui/map/palette.ts'
import type { LegendGroup, LegendRow } from '@chengyun/ui/map/sheet.ts'
import { SYMBOL_SHAPES, type SymbolShape } from '@chengyun/ui/map/symbols.ts'
import { type Choice, type PaintBy, tilesOf } from './state.ts'

// What the layers of the map wear: shape, colours by kind or state, and the legend that says so. Pure.

export interface Dressed {
  /** What is drawn, bottom first: the layer, or its states as parts of it. */
  layers: DataLayer[]
  legend: LegendGroup
}

export interface DressInput {
  view: LayerView
  choice: Choice
  paint: PaintBy
  labels: 0 | 1 | 2
  at: string | null
  mode: ThemeMode
  language: Language
  origin: string
  /** Names of the major classes, by their first two digits. */
  majors: ReadonlyMap<string, string>
  /** Words for what has no name of its own. */
  words: {
    other: string
    all: string
    count: (from: number, to: number | null) => string
    more: string
    less: string
    /** Of many cases in one dot. */
    many: string
    lamp: (lamp: Lamp) => string
    tone: (tone: ToneName) => string
  }
}

/** How a case stands against its clock. */
export const LAMPS = ['late', 'soon', 'ok', 'paused', 'done'] as const
export type Lamp = (typeof LAMPS)[number]

const TONES = { ok: 'dot', soon: 'triangle', late: 'square', paused: 'ring' } as const
const isTone = (tone: string | undefined): tone is keyof typeof TONES => tone !== undefined && tone in TONES

/** How a layer is drawn and what its legend says. */
export function dress(input: DressInput): Dressed {
  const { view, choice, labels, at, mode, language, origin } = input
  const shape = shapeOf(view)
  // Cases have no colour of their own: the lamps have.
  const color = view.kind === 'case' ? TOKENS[mode].ink : onSurface(mode, view.symbol.color)
  const counted = choice.draw !== 'points'
  const live = isLive(input) ? view.live : undefined
  const { paint, rows } = counted
    ? { paint: null, rows: amountRows(input) }
    : live
      ? byState(input, live)
      : painted(input, shape, color)
  const layer: DataLayer = {
    id: view.id,
    tiles: tilesOf(origin, choice, at),
    minzoom: view.minzoom,
    maxzoom: counted ? Math.min(view.maxzoom, 14) : Math.min(view.maxzoom, 17),
    draw: choice.draw,
    opacity: choice.opacity / 100,
    shape,
    color: live && live.by !== 'plain' ? toneColor(mode, 'none') : color,
    paint,
    labels,
    total: view.count,
    names: Object.fromEntries(view.classes.map((c) => [c.code, c.name[language]])),
    strong: view.kind === 'case' || view.group === 'alarm',
    ...(live && { live: { name: live.label?.by === 'property' ? live.label.key : null, labelsFrom: live.labelsFrom } })
  }
  return { layers: byParts(input) ? partsOf(input, layer) : [layer], legend: { title: view.name[language], rows } }
}

/**
 * Whether the states of a layer are drawn each for itself. Then every cell shows what mix of states it holds. A layer with times is not: its
 * tiles of one state hold what has ended, too.
 */
export const byParts = ({ view, choice, paint }: Pick<DressInput, 'view' | 'choice' | 'paint'>): boolean =>
  paint === 'status' && choice.draw === 'points' && !view.times

/** A part for each state, the most frequent at the bottom: what is rare and wrong lies on top. */
function partsOf(input: DressInput, layer: DataLayer): DataLayer[] {
  return statesOf(input)
    .toSorted((a, b) => b.count - a.count)
    .map(({ key, color, shape, count }) => ({
      ...layer,
      id: `${layer.id}@${key}`,
      tiles: tilesOf(input.origin, { ...input.choice, statuses: [key] }, null),
      color,
      shape,
      paint: null,
      total: count
    }))
}

/** The shape a layer declares; an unknown one is a dot. */
export function shapeOf(view: LayerView): SymbolShape {
  return SYMBOL_SHAPES.find((s) => s === view.symbol.shape) ?? 'dot'
}

function painted(input: DressInput, shape: SymbolShape, color: string): { paint: Paint | null; rows: LegendRow[] } {
  const { view, choice, mode } = input
  const by = input.paint
  if (by === 'layer' && view.kind === 'case') return byLamp(input, color)
  if (by === 'layer' && view.group === 'alarm') return byLevel(input, color)
  if (by === 'layer') return { paint: null, rows: [{ shape, color, label: input.words.all }] }
  if (by === 'status') return byStatus(input, color)
  // Registers with classes of their own have no majors: they are told apart by class.
  const hasMajors = view.classes.some((c) => input.majors.has(c.code.slice(0, 2)))
  const isByClass = by === 'class' || !hasMajors
  const kinds = isByClass ? classKinds(view, choice, input.language) : majorKinds(view, choice, input.majors)
  const shown = kinds.slice(0, KIND_COLORS)
  const colors = Object.fromEntries(shown.map(([code], i) => [code, kindColor(mode, i)]))
  const rows: LegendRow[] = shown.map(([code, label]) => ({ shape, color: colors[code] ?? otherColor(mode), label }))
  if (kinds.length > shown.length) rows.push({ shape, color: otherColor(mode), label: input.words.other })
  return { paint: { field: 'class', ...(isByClass ? {} : { lead: 2 }), colors, other: otherColor(mode) }, rows }
}

/** Whether a class is meant by the chosen codes, which may be the beginnings of codes. */
export function isChosen(classes: readonly string[] | null, code: string): boolean {
  return classes === null || classes.some((c) => code.startsWith(c))
}

function classKinds(view: LayerView, choice: Choice, language: Language): [string, string][] {
  return view.classes
    .filter((c) => c.count > 0 && isChosen(choice.classes, c.code))
    .toSorted((a, b) => b.count - a.count)
    .map((c) => [c.code, c.name[language]])
}

function majorKinds(view: LayerView, choice: Choice, names: ReadonlyMap<string, string>): [string, string][] {
  const counts = new Map<string, number>()
  for (const c of view.classes)
    if (isChosen(choice.classes, c.code)) counts.set(c.code.slice(0, 2), (counts.get(c.code.slice(0, 2)) ?? 0) + c.count)
  // In the order of the code table, so that a major has the same colour in every layer.
  return [...counts]
    .filter(([, n]) => n > 0)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([code]) => [code, names.get(code) ?? code])
}

/** Cases are lamps wherever they are drawn. */
function byLamp({ mode, words }: DressInput, color: string): { paint: Paint; rows: LegendRow[] } {
  const c = TOKENS[mode]
  const colors: Record<Lamp, string> = { late: c.late, soon: c.soon, ok: c.ok, paused: c.paused, done: c.ink3 }
  const shapes: Record<Lamp, SymbolShape> = { late: 'square', soon: 'triangle', ok: 'dot', paused: 'ring', done: 'ring' }
  return {
    paint: { field: 'lamp', colors, shapes, other: color },
    rows: [
      ...LAMPS.map((lamp) => ({ shape: shapes[lamp], color: colors[lamp], label: words.lamp(lamp) })),
      { shape: 'dot', color, label: words.many }
    ]
  }
}

/** Alarms wear the colours of their levels, which mean nothing else anywhere. */
function byLevel({ view, mode, language }: DressInput, color: string): { paint: Paint; rows: LegendRow[] } {
  const c = TOKENS[mode]
  const colors: Record<string, string> = { '1': c.level1, '2': c.level2, '3': c.level3, '4': c.level4 }
  const rows = view.classes
    .filter((k) => k.count > 0)
    .map((k) => ({ shape: shapeOf(view), color: colors[k.code] ?? color, label: k.name[language] }))
  return { paint: { field: 'class', colors, other: color }, rows }
}

/** Names of states are words within sentences; in a list each stands for itself. */
export const sentence = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

/** The states that are shown, each with a shape and colour of its own. */
function statesOf({ view, choice, mode, language }: DressInput) {
  const c = TOKENS[mode]
  const shown = view.statuses.filter((s) => (choice.statuses === null ? s.count > 0 : choice.statuses.includes(s.key)))
  const worn = new Set<string>()
  let free = 0
  return shown.map((s) => {
    const color = isTone(s.tone) ? c[s.tone] : kindColor(mode, free++)
    const wanted = isTone(s.tone) ? TONES[s.tone] : shapeOf(view)
    // Two states of one tone must not look alike.
    const shape = [wanted, ...SYMBOL_SHAPES].find((one) => !worn.has(`${one} ${color}`)) ?? wanted
    worn.add(`${shape} ${color}`)
    return { key: s.key, label: sentence(s.name[language]), count: s.count, shape, color }
  })
}

function byStatus(input: DressInput, color: string): { paint: Paint; rows: LegendRow[] } {
  const states = statesOf(input)
  return {
    paint: {
      field: 'status',
      colors: Object.fromEntries(states.map((d) => [d.key, d.color])),
      shapes: Object.fromEntries(states.map((d) => [d.key, d.shape])),
      other: color
    },
    rows: states.map(({ shape, color: k, label }) => ({ shape, color: k, label }))
  }
}

function amountRows({ choice, mode, words }: DressInput): LegendRow[] {
  const opacity = (choice.draw === 'points' ? 1 : AMOUNT_OPACITY[choice.draw]) * (choice.opacity / 100)
  const colors = amountColors(mode).map((c) => onLand(mode, c, opacity))
  if (choice.draw === 'heat')
    return [
      { shape: 'patch', color: colors.at(-1) ?? otherColor(mode), label: words.more },
      { shape: 'patch', color: colors[0] ?? otherColor(mode), label: words.less }
    ]
  return AMOUNT_STEPS.map((from, i) => ({
    shape: 'patch' as const,
    color: colors[i] ?? otherColor(mode),
    label: words.count(from, AMOUNT_STEPS[i + 1] === undefined ? null : (AMOUNT_STEPS[i + 1] as number) - 1)
  }))
}

/** Whether objects are drawn as they stand now: what is painted by kind or counted is not. */
export const isLive = ({ view, choice, paint }: Pick<DressInput, 'view' | 'choice' | 'paint'>): boolean =>
  view.live !== undefined && paint === 'layer' && choice.draw === 'points'

/** What the colours of states mean: what the layer names, and the two things that are no state. */
function byState({ view, mode, language, words }: DressInput, live: LayerLive): { paint: null; rows: LegendRow[] } {
  if (live.by === 'plain')
    return { paint: null, rows: [{ shape: 'dot', color: onSurface(mode, view.symbol.color), label: words.all }] }
  const row = (tone: ToneName, label: string): LegendRow => ({
    shape: tone === 'silent' ? 'ring' : 'dot',
    color: toneColor(mode, tone),
    label
  })
  const named = live.legend.map(({ tone, name }) => row(tone as ToneName, name[language]))
  return { paint: null, rows: [...named, row('silent', words.tone('silent')), row('none', words.tone('none'))] }
}

/** Which layers are on when nobody has chosen: the cases, and the register of components. */
export function usualLayers(layers: readonly LayerView[]): string[] {
  const cases = layers.filter((l) => l.kind === 'case')
  const biggest = layers.filter((l) => l.kind === 'register').toSorted((a, b) => b.count - a.count)[0]
  return [...cases, ...(biggest ? [biggest] : [])].map((l) => l.id)
}
