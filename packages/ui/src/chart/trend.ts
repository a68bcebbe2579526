import type { EChartsCoreOption } from 'echarts/core'
import { LEVEL_PATHS } from '../alarm/levels.ts'
import { formatDateTime, formatNumber } from '../format.ts'
import { uiText } from '../i18n.ts'
import { type ThemeMode, TOKENS, type Tokens } from '../theme.ts'
import {
  type BandRun,
  curveOf,
  endsOf,
  extentOf,
  faultsOf,
  runsOf,
  soundOf,
  type TrendBand,
  type TrendFacts,
  type TrendMark
} from './trend-facts.ts'

/** Index of the last point at or before an instant; −1 before the first. */
function indexAt(at: readonly number[], instant: number): number {
  let [a, b] = [0, at.length]
  while (a < b) {
    const m = (a + b) >> 1
    if (at[m]! <= instant) a = m + 1
    else b = m
  }
  return a - 1
}

interface Api {
  coord(p: [number, number]): [number, number]
}
interface Params {
  dataIndex: number
  coordSys: { x: number; y: number; width: number; height: number }
}

function bandSeries(runs: readonly BandRun[], c: Tokens) {
  return {
    name: uiText('trend.expected'),
    type: 'custom',
    silent: true,
    clip: true,
    z: 0,
    data: runs.map((r) => [r.at[0], Math.min(...r.low), r.at.at(-1), Math.max(...r.high)]),
    encode: { x: [0, 2], y: [1, 3] },
    tooltip: { show: false },
    renderItem: ({ dataIndex }: Params, api: Api) => {
      const run = runs[dataIndex]!
      const above = run.at.map((at, i) => api.coord([at, run.high[i]!]))
      const below = run.at.map((at, i) => api.coord([at, run.low[i]!])).reverse()
      return { type: 'polygon', shape: { points: [...above, ...below] }, style: { fill: c.ink3, opacity: 0.16 } }
    }
  }
}

/** Alarms as bars of their level along the top, with their sign where they began and a faint column to the curve. */
function markSeries(marks: readonly TrendMark[], facts: TrendFacts, y: number, c: Tokens) {
  return {
    name: uiText('trend.alarm'),
    type: 'custom',
    clip: true,
    z: 5,
    cursor: 'pointer',
    data: marks.map((m) => [Math.max(m.from, facts.from), y, Math.min(m.to ?? facts.now, facts.to)]),
    encode: { x: [0, 2], y: 1 },
    renderItem: ({ dataIndex, coordSys }: Params, api: Api) => {
      const m = marks[dataIndex]!
      const color = c[`level${m.level}`]
      const [x0] = api.coord([Math.max(m.from, facts.from), y])
      const [x1] = api.coord([Math.min(m.to ?? facts.now, facts.to), y])
      const width = Math.max(2, x1 - x0)
      return {
        type: 'group',
        children: [
          {
            type: 'rect',
            shape: { x: x0, y: coordSys.y, width, height: coordSys.height },
            style: { fill: color, opacity: 0.08 },
            silent: true
          },
          {
            type: 'line',
            shape: { x1: x0, y1: coordSys.y, x2: x0, y2: coordSys.y + coordSys.height },
            style: { stroke: color, lineWidth: 1, lineDash: [3, 3] },
            silent: true
          },
          { type: 'rect', shape: { x: x0, y: coordSys.y, width, height: 3 }, style: { fill: color } },
          {
            type: 'path',
            shape: { pathData: LEVEL_PATHS[m.level], x: x0 - 6, y: coordSys.y, width: 12, height: 12 },
            style: { fill: color, stroke: c.surface, lineWidth: 1 }
          }
        ]
      }
    }
  }
}

/** Bounds of levels as dashed lines with their word. */
function limitLines(bands: readonly TrendBand[], c: Tokens, decimals: number) {
  const seen = new Set<string>()
  return bands.flatMap((b) =>
    b.limits.flatMap(({ level, high, low }) =>
      [high, low].flatMap((yAxis) => {
        const key = `${level} ${yAxis}`
        if (yAxis === null || seen.has(key)) return []
        seen.add(key)
        const formatter = `${uiText(`level.${level}`)} ${formatNumber(yAxis, decimals)}`
        return [
          {
            yAxis,
            lineStyle: { color: c[`level${level}`], type: 'dashed', width: 1 },
            label: { formatter, position: 'insideStartTop', color: c.ink2, fontSize: 11 }
          }
        ]
      })
    )
  )
}

const CROSS = 'M1 0L4 3L7 0L8 1L5 4L8 7L7 8L4 5L1 8L0 7L3 4L0 1Z'

/** Points that are not to be trusted: crosses beside the curve, at the edge where they lie beyond it. */
function faultSeries(points: readonly [number, number][], c: Tokens) {
  return {
    name: uiText('trend.fault'),
    type: 'custom',
    silent: true,
    z: 4,
    data: points,
    encode: { x: 0, y: 1 },
    tooltip: { show: false },
    renderItem: ({ dataIndex }: Params, api: Api) => {
      const [x, y] = api.coord(points[dataIndex]!)
      return { type: 'path', shape: { pathData: CROSS, x: x - 4, y: y - 4, width: 8, height: 8 }, style: { fill: c.ink2 } }
    }
  }
}

const DAY = 86_400_000

function safe(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** What stands beside the pointer: every line at that instant, what was expected, the alarms that stood. */
function tooltipOf(facts: TrendFacts, instant: number): string {
  const rows = facts.lines.map((l) => {
    const i = indexAt(l.at, instant)
    const mean = l.mean[i] ?? null
    const [low, high] = [l.min[i] ?? null, l.max[i] ?? null]
    const n = (v: number | null) => formatNumber(v, l.decimals)
    const spread = low !== null && high !== null && low !== high ? ` (${n(low)} … ${n(high)})` : ''
    const fault = l.faults?.[i]
    return `${safe(l.name)} <b>${n(mean)}</b> ${safe(l.unit)}${spread}${fault == null ? '' : ` · ${safe(fault)}`}`
  })
  const decimals = facts.lines[0]?.decimals ?? 1
  for (const b of facts.bands) {
    const i = indexAt(b.at, instant)
    const [low, high] = [b.low[i] ?? null, b.high[i] ?? null]
    if (low === null && high === null) continue
    rows.push(`${safe(b.name)} ${formatNumber(low, decimals)} … ${formatNumber(high, decimals)}`)
  }
  for (const m of facts.marks)
    if (m.from <= instant && (m.to ?? facts.now) >= instant) rows.push(`${uiText(`level.${m.level}`)} ${safe(m.title)}`)
  return [formatDateTime(new Date(instant), true), ...rows].join('<br>')
}

/** Room a number of the value axis takes with what keeps it apart from the next, px. */
const TICK = 34

/**
 * The drawing of streams over time: curves with gaps, expected band behind, bounds of levels, alarms along the top. `height`, px: a low
 * drawing has few numbers at its side.
 */
export function trendOption(mode: ThemeMode, facts: TrendFacts, height = 240): EChartsCoreOption {
  const c = TOKENS[mode]
  const colors = [c.brand, c.okInk, c.soonInk, c.ink2, c.ink3]
  const lines = facts.lines.map(soundOf)
  const extent = extentOf({ lines, bands: facts.bands }) ?? { low: 0, high: 1 }
  const pad = (extent.high - extent.low || Math.abs(extent.high) || 1) * 0.08
  const edge = { low: extent.low - pad, high: extent.high + pad }
  const ends = endsOf(extent)
  const decimals = facts.lines[0]?.decimals ?? 1
  const single = facts.lines.length === 1
  const top = ends.high ?? extent.high
  const faults = facts.lines.flatMap((l) => faultsOf(l, { low: ends.low, high: top }))
  const limits = limitLines(facts.bands, c, decimals)
  return {
    grid: {
      left: 4,
      right: single ? 16 : 84,
      top: 14,
      bottom: 4,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel'
    },
    tooltip: {
      trigger: 'axis',
      backgroundColor: c.raised,
      borderColor: c.line,
      padding: [6, 10],
      textStyle: { color: c.ink, fontSize: 12 },
      extraCssText: 'box-shadow:none',
      formatter: (params: unknown) => {
        const first = (Array.isArray(params) ? params[0] : params) as { axisValue?: number } | undefined
        return first?.axisValue === undefined ? '' : tooltipOf(facts, Number(first.axisValue))
      }
    },
    xAxis: {
      type: 'time',
      min: facts.from,
      max: facts.to,
      axisLine: { lineStyle: { color: c.line } },
      axisTick: { show: false },
      axisLabel: {
        color: c.ink3,
        hideOverlap: true,
        formatter: (at: number) => {
          const text = formatDateTime(new Date(at))
          if (facts.to - facts.from > 10 * DAY) return text.slice(5, 10)
          return text.endsWith('00:00') || facts.to - facts.from > 3 * DAY ? text.slice(5).replace(' 00:00', '') : text.slice(11)
        }
      }
    },
    yAxis: {
      type: 'value',
      scale: true,
      // A bound outside the curve is in sight too.
      min: (v: { min: number }) => Math.min(v.min, ends.low),
      ...(ends.high === undefined ? {} : { max: (v: { max: number }) => Math.max(v.max, ends.high as number) }),
      splitNumber: Math.max(1, Math.min(5, Math.floor((height - 40) / TICK))),
      axisLabel: {
        color: c.ink3,
        formatter: (v: number) => String(Number(v.toFixed(4))),
        showMinLabel: false,
        showMaxLabel: ends.high === undefined
      },
      splitLine: { lineStyle: { color: c.lineSoft } }
    },
    series: [
      ...facts.bands.flatMap((b) => {
        const runs = runsOf(b, edge)
        return runs.length > 0 ? [bandSeries(runs, c)] : []
      }),
      ...lines.map((l, i) => ({
        name: l.name,
        type: 'line',
        data: curveOf(l),
        showSymbol: l.at.length < 60,
        symbol: ['circle', 'rect', 'triangle', 'diamond', 'circle'][i % 5],
        symbolSize: 4,
        connectNulls: false,
        z: 3,
        lineStyle: { color: colors[i % 5], width: 1.6, type: i > 2 ? 'dashed' : 'solid' },
        itemStyle: { color: colors[i % 5] },
        ...(single ? {} : { endLabel: { show: true, formatter: l.name, color: colors[i % 5], fontSize: 12 } }),
        ...(i === 0 && limits.length > 0 ? { markLine: { silent: true, symbol: 'none', animation: false, data: limits } } : {})
      })),
      ...(faults.length > 0 ? [faultSeries(faults, c)] : []),
      ...(facts.marks.length > 0 ? [markSeries(facts.marks, facts, extent.high, c)] : [])
    ]
  }
}
