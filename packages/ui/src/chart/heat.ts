import type { EChartsCoreOption } from 'echarts/core'
import { formatNumber } from '../format.ts'
import { amountColors, luminance } from '../map/palette.ts'
import { type ThemeMode, TOKENS } from '../theme.ts'

/** Days by hours (`by` hour) or weeks by weekdays (`by` day). Cells that are not there are not known. */
export interface HeatFacts {
  days: readonly string[]
  by: 'hour' | 'day'
  /** Number of the day, hour, value. */
  cells: readonly (readonly [day: number, hour: number, value: number])[]
  unit: string
  decimals: number
  /** Words of the days of the week, Monday first. */
  weekdays: readonly string[]
}

const STEPS = 7

/** Bounds of the steps of colour: quantiles, so that one storm does not wash out the rest. Ascending, at most six; the first step lies below the first bound. */
export function heatBounds(values: readonly number[], decimals: number): number[] {
  const sorted = [...values].sort((a, b) => a - b)
  if (sorted.length === 0) return []
  const bounds: number[] = []
  for (let i = 1; i < STEPS; i++) {
    const at = Number((sorted[Math.floor((sorted.length * i) / STEPS)] ?? 0).toFixed(decimals))
    if (at > (bounds.at(-1) ?? sorted[0] ?? 0)) bounds.push(at)
  }
  return bounds
}

/** The colours of the steps between these bounds, least first: as many as there are, spread over the scale. */
export function heatColors(mode: ThemeMode, bounds: readonly number[]): string[] {
  const scale = amountColors(mode)
  const n = bounds.length + 1
  return Array.from({ length: n }, (_, i) => scale[n === 1 ? 2 : Math.round((i * (scale.length - 1)) / (n - 1))] ?? '')
}

const stepOf = (bounds: readonly number[], value: number): number => bounds.filter((b) => value >= b).length

/** Monday is 0. */
const weekday = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7

interface Api {
  value(i: number): number
  coord(p: [number, number]): [number, number]
  size(p: [number, number]): [number, number]
}

/** The drawing: a cell a value, colour by its step. Hours run from the top down, weeks from left to right. */
export function heatOption(mode: ThemeMode, facts: HeatFacts): EChartsCoreOption {
  const c = TOKENS[mode]
  const bounds = heatBounds(
    facts.cells.map((x) => x[2]),
    facts.decimals
  )
  const colors = heatColors(mode, bounds)
  const hours = facts.by === 'hour'
  const lead = facts.days[0] ? weekday(facts.days[0]) : 0
  const weeks = Math.ceil((facts.days.length + lead) / 7)
  const axis = { axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false } }
  const label = { color: c.ink3, fontSize: 11 }
  const x = hours
    ? facts.days.map((d) => d.slice(5))
    : Array.from({ length: weeks }, (_, w) => facts.days[Math.max(0, w * 7 - lead)]?.slice(0, 7) ?? '')
  const y = hours ? Array.from({ length: 24 }, (_, h) => String(h)) : [...facts.weekdays]
  const nameOf = (day: number, hour: number) => `${facts.days[day]}${hours ? ` ${String(hour).padStart(2, '0')}:00` : ''}`
  return {
    grid: { left: 4, right: 4, top: 4, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'item',
      backgroundColor: c.raised,
      borderColor: c.line,
      padding: [6, 10],
      textStyle: { color: c.ink, fontSize: 12 },
      extraCssText: 'box-shadow:none',
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const [day, hour, value] = facts.cells[dataIndex] ?? [0, 0, 0]
        return `${nameOf(day, hour)}<br><b>${formatNumber(value, facts.decimals)}</b> ${facts.unit}`
      }
    },
    xAxis: {
      type: 'category',
      data: x,
      ...axis,
      axisLabel: hours
        ? { ...label, hideOverlap: true }
        : { ...label, interval: (i: number) => i === 0 || x[i] !== x[i - 1], hideOverlap: true }
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: y,
      ...axis,
      axisLabel: hours ? { ...label, interval: (i: number) => i % 6 === 0, formatter: (v: string) => `${v}:00` } : label
    },
    series: [
      {
        type: 'custom',
        name: facts.unit,
        data: facts.cells.map(([day, hour, value]) =>
          hours ? [day, hour, value] : [Math.floor((day + lead) / 7), (day + lead) % 7, value]
        ),
        encode: { x: 0, y: 1, tooltip: 2 },
        renderItem: (_: unknown, api: Api) => {
          const [px, py] = api.coord([api.value(0), api.value(1)])
          const [w, h] = api.size([1, 1])
          const gap = w > 6 && h > 6 ? 1 : 0
          const fill = colors[stepOf(bounds, api.value(2))]
          return {
            type: 'rect',
            shape: {
              x: px - w / 2 + gap / 2,
              y: py - h / 2 + gap / 2,
              width: Math.max(1, w - gap),
              height: Math.max(1, h - gap),
              r: gap ? 1.5 : 0
            },
            style: { fill },
            emphasis: { style: { stroke: fill && luminance(fill) > 0.4 ? c.ink : c.brand, lineWidth: 1.5 } }
          }
        }
      }
    ]
  }
}
