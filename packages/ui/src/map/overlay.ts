import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import { type ThemeMode, TOKENS } from '../theme.ts'
import { livePaint } from './live-tiles.ts'
import { AMOUNT_OPACITY, AMOUNT_STEPS, amountColors } from './palette.ts'
import { badgeName, type SymbolShape, symbolName } from './symbols.ts'

/** How a layer is drawn: its objects, their heat, counts in hexagons, or counts as columns. */
export const DRAWINGS = ['points', 'heat', 'hex', 'columns'] as const
export type DrawingStyle = (typeof DRAWINGS)[number]

/** By what objects are coloured: a property (or its first two digits), the colour and shape of each of its values. */
export interface Paint {
  field: string
  /** Only this many leading characters of the value count. */
  lead?: number
  colors: Readonly<Record<string, string>>
  shapes?: Readonly<Record<string, SymbolShape>>
  other: string
}

/** A layer of vector tiles: cells with a count `n` far away, single objects near. */
export interface DataLayer {
  /** Also the name of the layer inside the tiles; what stands behind an @ tells parts of one layer apart. */
  id: string
  /** Address of the tiles with {z}, {x}, {y}. */
  tiles: string
  minzoom: number
  maxzoom: number
  draw: DrawingStyle
  /** 0…1. */
  opacity: number
  shape: SymbolShape
  color: string
  paint: Paint | null
  /** 0 no labels, 1 where there is room, 2 as many as fit. */
  labels: 0 | 1 | 2
  /** Names by class, for objects that have none of their own. */
  names: Readonly<Record<string, string>>
  /** What needs somebody stands out among what is merely there. */
  strong: boolean
  /** How many objects the layer has in all: heat of few is drawn stronger than heat of many. */
  total: number
  /** Objects are coloured by states that are told beside the tiles (live-tiles.ts); `name` is the property written beside them, from a zoom on. */
  live?: { name: string | null; labelsFrom: number }
}

const FONT = ['sans-serif']
const COUNT: ExpressionSpecification = ['coalesce', ['get', 'n'], 1]
const IS_CELL: ExpressionSpecification = ['has', 'n']
const IS_OBJECT: ExpressionSpecification = ['!', ['has', 'n']]

/** The source of a layer in the style. */
export function sourceId(layer: string): string {
  return `data-${layer}`
}

/** The layer a part belongs to: `reg-component@damaged` is a part of `reg-component`. */
export const wholeOf = (id: string): string => id.replace(/@.*$/, '')

/** The id of the layer a drawn feature belongs to, from the style layer it was found in; null for the base map. */
export function layerOf(styleLayer: string): string | null {
  const id = /^data-(.+)\.[a-z]+$/.exec(styleLayer)?.[1]
  return id === undefined ? null : wholeOf(id)
}

/** Whether a style layer of {@link overlayLayers} writes names or numbers. */
export const isWords = (styleLayer: string): boolean => /\.(name|count)$/.test(styleLayer)

/** The style layers of a data layer, bottom first. */
export function overlayLayers(d: DataLayer, mode: ThemeMode): LayerSpecification[] {
  if (d.draw === 'heat') return [heat(d, mode)]
  if (d.draw === 'hex') return [hexFill(d, mode), hexCount(d, mode)]
  if (d.draw === 'columns') return [columns(d, mode)]
  return [...cells(d, mode), ...objects(d, mode)]
}

function colorOf(d: DataLayer): ExpressionSpecification | string {
  const { paint } = d
  if (!paint || Object.keys(paint.colors).length === 0) return d.color
  return ['match', keyOf(paint), ...Object.entries(paint.colors).flat(), paint.other] as unknown as ExpressionSpecification
}

function shapeOf(d: DataLayer): ExpressionSpecification | string {
  const shapes = Object.entries(d.paint?.shapes ?? {})
  if (!d.paint || shapes.length === 0) return d.shape
  return ['match', keyOf(d.paint), ...shapes.flat(), d.shape] as unknown as ExpressionSpecification
}

function keyOf(paint: Paint): ExpressionSpecification {
  const value: ExpressionSpecification = ['to-string', ['get', paint.field]]
  return paint.lead ? ['slice', value, 0, paint.lead] : value
}

const base = (d: DataLayer, kind: string) => ({
  id: `${sourceId(d.id)}.${kind}`,
  source: sourceId(d.id),
  'source-layer': wholeOf(d.id)
})

function cells(d: DataLayer, mode: ThemeMode): LayerSpecification[] {
  const c = TOKENS[mode]
  // The area of a dot goes with the logarithm of its count: a hundred is seen as more than ten, and none covers its neighbours.
  const radius = (scale: number): ExpressionSpecification => [
    '*',
    scale,
    ['interpolate', ['linear'], ['log10', COUNT], 0, 2.2, 1, 2.9, 2, 3.8, 3, 5, 4, 6.5]
  ]
  const weight = d.strong ? 1.4 : 1
  return [
    {
      ...base(d, 'cell'),
      type: 'circle',
      filter: IS_CELL,
      // Larger dots above smaller ones, by powers of ten: every other key is a drawing of its own, and a tile has hundreds of counts.
      layout: { 'circle-sort-key': ['floor', ['log10', COUNT]] },
      paint: {
        'circle-color': colorOf(d),
        'circle-opacity': 0.88 * d.opacity,
        'circle-radius': [
          'interpolate',
          ['linear'],
          ['zoom'],
          8,
          radius(0.8 * weight),
          11,
          radius(weight),
          14.9,
          radius(1.5 * weight)
        ],
        'circle-stroke-color': d.strong ? c.surface : c.land,
        'circle-stroke-width': d.strong ? 1.2 : 0.5,
        'circle-stroke-opacity': 0.8 * d.opacity
      }
    },
    ...(d.labels === 0 ? [] : [count(d, mode)])
  ]
}

/** Numbers of the larger cells: each on a label around its own dot, so that nobody has to guess whose it is. */
function count(d: DataLayer, mode: ThemeMode): LayerSpecification {
  const color = colorOf(d)
  return {
    ...base(d, 'count'),
    type: 'symbol',
    filter: ['all', IS_CELL, ['>=', ['get', 'n'], d.labels === 2 ? 2 : 20]],
    layout: {
      'icon-image': typeof color === 'string' ? badgeName(color) : ['concat', badgeName(''), color],
      'icon-text-fit': 'both',
      'icon-text-fit-padding': [0, 0, 0, 0],
      'text-field': ['to-string', ['get', 'n']],
      'text-font': FONT,
      'text-size': 11,
      'text-padding': d.labels === 2 ? 1 : 10,
      'icon-padding': d.labels === 2 ? 1 : 10,
      'symbol-sort-key': ['-', 0, COUNT]
    },
    paint: { 'text-color': TOKENS[mode].ink, 'text-opacity': d.opacity, 'icon-opacity': d.opacity }
  }
}

/** Objects with states: dots that change colour and size without a new tile. */
function states(d: DataLayer, mode: ThemeMode): LayerSpecification[] {
  const dots: LayerSpecification = {
    ...base(d, 'object'),
    type: 'circle',
    filter: IS_OBJECT,
    paint: livePaint(d.color, d.opacity, mode)
  }
  const name = d.live?.name
  if (!name || d.labels === 0) return [dots]
  return [dots, { ...label(d, mode, ['to-string', ['get', name]]), minzoom: d.live?.labelsFrom ?? 0 }]
}

function objects(d: DataLayer, mode: ThemeMode): LayerSpecification[] {
  if (d.live) return states(d, mode)
  const symbols: LayerSpecification = {
    ...base(d, 'object'),
    type: 'symbol',
    filter: IS_OBJECT,
    layout: {
      'icon-image':
        typeof colorOf(d) === 'string' && typeof shapeOf(d) === 'string'
          ? symbolName(d.shape, d.color)
          : ['concat', 'sym|', shapeOf(d), '|', colorOf(d)],
      'icon-size': ['interpolate', ['linear'], ['zoom'], 13, 0.55, 15, 0.75, 17, 1, 19, 1.2],
      'icon-allow-overlap': true,
      'icon-ignore-placement': true
    },
    paint: { 'icon-opacity': d.opacity }
  }
  if (d.labels === 0) return [symbols]
  const names = Object.entries(d.names).flat()
  const kind = names.length > 0 ? ['match', ['get', 'class'], ...names, ''] : ''
  const text = ['coalesce', ['get', 'name'], kind] as unknown as ExpressionSpecification
  return [symbols, { ...label(d, mode, text), minzoom: d.labels === 2 ? 15 : 16.5 }]
}

function label(d: DataLayer, mode: ThemeMode, text: ExpressionSpecification): LayerSpecification {
  const c = TOKENS[mode]
  return {
    ...base(d, 'name'),
    type: 'symbol',
    filter: IS_OBJECT,
    layout: {
      'text-field': text,
      'text-font': FONT,
      'text-size': 11,
      'text-padding': d.labels === 2 ? 2 : 14,
      'text-anchor': 'top',
      'text-offset': [0, 0.7],
      'text-max-width': 10
    },
    paint: { 'text-color': c.ink, 'text-halo-color': c.land, 'text-halo-width': 1.6, 'text-opacity': d.opacity }
  }
}

function heat(d: DataLayer, mode: ThemeMode): LayerSpecification {
  const ramp = amountColors(mode).slice(1)
  const strength = Math.max(0.25, 3.2 - 0.5 * Math.log10(Math.max(1, d.total)))
  const density: (number | string)[] = ramp.flatMap((color, i) => [0.1 + (0.9 * i) / (ramp.length - 1), color])
  return {
    ...base(d, 'heat'),
    type: 'heatmap',
    paint: {
      'heatmap-weight': ['interpolate', ['linear'], ['log10', COUNT], 0, 0.12, 1, 0.35, 2, 0.7, 3, 1],
      'heatmap-intensity': ['interpolate', ['linear'], ['zoom'], 8, 0.5 * strength, 12, strength, 16, 1.8 * strength],
      'heatmap-radius': ['interpolate', ['linear'], ['zoom'], 8, 12, 12, 22, 16, 38],
      'heatmap-color': [
        'interpolate',
        ['linear'],
        ['heatmap-density'],
        0,
        `${ramp[0]}00`,
        ...density
      ] as unknown as ExpressionSpecification,
      'heatmap-opacity': AMOUNT_OPACITY.heat * d.opacity
    }
  }
}

/** The colour of a count, by its step. */
function amountColor(mode: ThemeMode): ExpressionSpecification {
  const ramp = amountColors(mode)
  const steps = AMOUNT_STEPS.slice(1).flatMap((from, i) => [from, ramp[i + 1] as string])
  return ['step', COUNT, ramp[0] as string, ...steps] as unknown as ExpressionSpecification
}

function hexFill(d: DataLayer, mode: ThemeMode): LayerSpecification {
  return {
    ...base(d, 'hex'),
    type: 'fill',
    paint: {
      'fill-color': amountColor(mode),
      'fill-opacity': AMOUNT_OPACITY.hex * d.opacity,
      'fill-outline-color': TOKENS[mode].land
    }
  }
}

function hexCount(d: DataLayer, mode: ThemeMode): LayerSpecification {
  const c = TOKENS[mode]
  // Up to 499 the fill is nearer to the ground than to the ink, in both modes.
  const strong: ExpressionSpecification = ['>=', COUNT, AMOUNT_STEPS[4]]
  return {
    ...base(d, 'count'),
    type: 'symbol',
    layout: {
      visibility: d.labels === 0 ? 'none' : 'visible',
      'text-field': ['to-string', COUNT],
      'text-font': FONT,
      'text-size': 11,
      'text-padding': d.labels === 2 ? 0 : 2,
      'symbol-sort-key': ['-', 0, COUNT]
    },
    paint: {
      'text-color': ['case', strong, c.surface, c.ink],
      'text-halo-color': ['case', strong, amountColors(mode)[4] as string, amountColors(mode)[0] as string],
      'text-halo-width': 1,
      'text-opacity': d.opacity
    }
  }
}

/** Columns stay as high on the screen while one zooms: their height is given in pixels, so the metres halve with each level. */
function columns(d: DataLayer, mode: ThemeMode): LayerSpecification {
  const height = (metresPerPx: number): ExpressionSpecification => [
    '*',
    metresPerPx,
    ['interpolate', ['linear'], ['log10', COUNT], 0, 4, 1, 16, 2, 44, 3, 96, 4, 170, 5, 240]
  ]
  return {
    ...base(d, 'columns'),
    type: 'fill-extrusion',
    paint: {
      'fill-extrusion-color': amountColor(mode),
      'fill-extrusion-opacity': AMOUNT_OPACITY.columns * d.opacity,
      'fill-extrusion-height': ['interpolate', ['exponential', 0.5], ['zoom'], 6, height(1000), 18, height(1000 / 2 ** 12)],
      'fill-extrusion-vertical-gradient': true
    }
  }
}
