import type { LayerView } from '@chengyun/contract/geo'
import { TOKENS } from '@chengyun/ui'
import { KIND_COLORS, otherColor } from '@chengyun/ui/map/palette.ts'
import { describe, expect, it } from 'vitest'
import { type DressInput, dress, isChosen, sentence, usualLayers } from './dress.ts'
import { choose } from './state.ts'

const both = (zh: string) => ({ zh, en: zh })
const view = (more: Partial<LayerView> = {}): LayerView => ({
  id: 'reg-component',
  kind: 'register',
  group: 'component',
  name: both('部件'),
  symbol: { shape: 'square', color: '#33579E' },
  state: 'ready',
  count: 100,
  classes: Array.from({ length: 14 }, (_, i) => ({ code: `0${1 + (i % 3)}0${10 + i}`, name: both(`类${i}`), count: i })),
  statuses: [
    { key: 'inUse', name: both('在用'), count: 90 },
    { key: 'broken', name: both('损坏'), count: 10, tone: 'late' }
  ],
  fields: [],
  key: 'code',
  minzoom: 6,
  maxzoom: 22,
  times: false,
  since: null,
  tiles: '',
  ...more
})
const input = (more: Partial<DressInput> = {}): DressInput => ({
  view: view(),
  choice: choose('reg-component'),
  paint: 'layer',
  labels: 1,
  at: null,
  mode: 'light',
  language: 'zh',
  origin: '',
  majors: new Map([['01', '公用设施']]),
  words: {
    other: '其他',
    all: '全部',
    count: (a, b) => `${a}-${b ?? ''}`,
    more: '密',
    less: '疏',
    many: '汇总',
    lamp: (l) => l,
    tone: (x) => x
  },
  ...more
})

describe('what layers wear', () => {
  it('one colour and shape as the layer declares', () => {
    const {
      layers: [layer],
      legend
    } = dress(input())
    expect(layer).toMatchObject({ shape: 'square', paint: null, maxzoom: 17 })
    expect(legend.rows).toEqual([{ shape: 'square', color: '#33579E', label: '全部' }])
  })
  it('the most frequent classes get colours, the rest share one, empty ones none', () => {
    const {
      layers: [layer],
      legend
    } = dress(input({ paint: 'class' }))
    expect(Object.keys(layer?.paint?.colors ?? {})).toHaveLength(KIND_COLORS)
    expect(legend.rows[0]?.label).toBe('类13')
    expect(legend.rows.at(-1)).toEqual({ shape: 'square', color: otherColor('light'), label: '其他' })
  })
  it('majors go by the first two digits, in the order of the table, chosen ones only', () => {
    const {
      layers: [layer],
      legend
    } = dress(input({ paint: 'major', choice: { ...choose('x'), classes: ['01', '02'] } }))
    expect(layer?.paint).toMatchObject({ field: 'class', lead: 2 })
    expect(legend.rows.map((r) => r.label)).toEqual(['公用设施', '02'])
  })
  it('a register without majors is told apart by its classes', () => {
    const classes = [{ code: 'water', name: both('水—水'), count: 3 }]
    const { layers, legend } = dress(input({ paint: 'major', view: view({ classes }) }))
    expect(layers[0]?.paint).not.toHaveProperty('lead')
    expect(legend.rows.map((r) => r.label)).toEqual(['水—水'])
  })
  it('states have the shape of their tone', () => {
    const { layers, legend } = dress(input({ paint: 'status' }))
    // Each state is a part of its own, so that cells show their mix; the rare one lies on top.
    expect(layers.map((l) => [l.id, l.shape, l.total])).toEqual([
      ['reg-component@inUse', 'square', 90],
      ['reg-component@broken', 'square', 10]
    ])
    expect(layers[1]?.tiles).toContain('status=broken')
    expect(legend.rows).toHaveLength(2)
    const timed = dress(input({ paint: 'status', view: view({ times: true }) })).layers
    expect(timed).toMatchObject([{ id: 'reg-component', paint: { field: 'status', shapes: { broken: 'square' } } }])
    expect(dress(input({ view: view({ kind: 'case' }) })).layers).toMatchObject([{ paint: { field: 'lamp' }, strong: true }])
  })
  it('two states of one tone differ in shape', () => {
    const statuses = ['a', 'b'].map((key) => ({ key, name: both(key), count: 1, tone: 'late' }))
    const { rows } = dress(input({ paint: 'status', view: view({ statuses }) })).legend
    expect(new Set(rows.map((r) => `${r.shape} ${r.color}`)).size).toBe(2)
  })
  it('counts stop at the zoom that has cells', () => {
    const {
      layers: [layer],
      legend
    } = dress(input({ choice: { ...choose('x'), draw: 'columns' } }))
    expect(layer).toMatchObject({ maxzoom: 14, paint: null })
    expect(legend.rows.at(-1)?.label).toBe('10000-')
  })
  it('a class is meant by its code or its beginning', () => {
    expect([isChosen(null, '01012'), isChosen(['01'], '01012'), isChosen(['0102'], '01012'), isChosen([], '01012')]).toEqual([
      true,
      true,
      false,
      false
    ])
  })
  it('cases and the biggest register are on at first', () => {
    const small = view({ id: 'reg-site', count: 3 })
    expect(usualLayers([small, view(), view({ id: 'cases', kind: 'case' })])).toEqual(['cases', 'reg-component'])
  })
  it('alarms wear the colours of their levels', () => {
    const classes = [
      { code: '1', name: both('一级'), count: 2 },
      { code: '3', name: both('三级'), count: 0 }
    ]
    const { layers, legend } = dress(input({ view: view({ id: 'alarms', group: 'alarm', kind: 'device', classes }) }))
    expect(layers[0]?.paint).toMatchObject({ field: 'class', colors: { '1': TOKENS.light.level1, '4': TOKENS.light.level4 } })
    expect(legend.rows).toMatchObject([{ color: TOKENS.light.level1, label: '一级' }])
  })
  it('the legend of counts shows the colours as they lie on the land, and names of states begin as sentences do', () => {
    const of = (opacity: number) => dress(input({ choice: { ...choose('x'), draw: 'hex', opacity } })).legend.rows[0]?.color
    expect(of(100)).not.toBe(of(50))
    expect([sentence('damaged'), sentence('破损')]).toEqual(['Damaged', '破损'])
  })
  it('objects with states are coloured by them, and the legend names what is no state too', () => {
    const live: LayerView['live'] = {
      register: 'public-toilet',
      by: 'value',
      legend: [
        { tone: 'ok', name: both('良好') },
        { tone: 'late', name: both('差') }
      ],
      unit: 'mg/m³',
      decimals: 2,
      label: { by: 'property', key: 'name' },
      labelsFrom: 11,
      states: ''
    }
    const {
      layers: [layer],
      legend
    } = dress(input({ view: view({ live }) }))
    expect(layer?.live).toEqual({ name: 'name', labelsFrom: 11 })
    expect(legend.rows.map((r) => r.label)).toEqual(['良好', '差', 'silent', 'none'])
    // Whoever asks for classes or counts gets those.
    expect(dress(input({ view: view({ live }), paint: 'class' })).layers[0]?.live).toBeUndefined()
    expect(dress(input({ view: view({ live }), choice: { ...choose('x'), draw: 'hex' } })).layers[0]?.live).toBeUndefined()
  })
})
