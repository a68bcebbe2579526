/** Widgets of figures: one by one, two spans beside each other, in order. */
import type { BothNames } from '@chengyun/contract/registry'
import type { BeforeAfterData, KpiData, RankingData } from '@chengyun/contract/scenarios'
import type { Widget } from '@chengyun/scenario-kit/packs'
import type { Eye } from '../eye.ts'
import { type FigureRow, figureOf, type Indicator, rowsOf, splitOf, toneOf } from '../figures.ts'
import { namesOf } from '../queries/items.ts'

type Of<T extends Widget['type']> = Extract<Widget, { type: T }>
const TOP = 50
/** Rows of which a mean is taken per street and the like; fewer hidden ones would tell of single people. */
const LEAST_HIDDEN = 5

const head = (eye: Eye) => ({ at: new Date(eye.now).toISOString(), headline: null })
const inBoth = (symbol: string) => ({ zh: symbol, en: symbol })
/** The unit of a figure in both languages. */
export const unitOf = ({ unit }: Indicator) => (typeof unit === 'string' ? inBoth(unit) : unit)
const factsOf = (i: Indicator) => ({
  key: i.key,
  name: i.name,
  meaning: i.meaning,
  unit: unitOf(i),
  decimals: i.decimals,
  good: i.good,
  source: i.source ?? null
})
export const indicatorOf = (eye: Eye, key: string): Indicator | undefined => eye.pack.indicators.find((i) => i.key === key)

export async function kpi(eye: Eye, widget: Of<'kpi'>): Promise<KpiData> {
  const indicators = widget.indicators.flatMap((key) => indicatorOf(eye, key) ?? [])
  const figures = await Promise.all(
    indicators.map(async (i) => {
      const { value, door, whole } = await figureOf(eye, i)
      const count = 'share' in i.figure ? i.figure.share : i.figure
      return { ...factsOf(i), value, over: 'over' in count ? count.over : ('now' as const), tone: toneOf(i, value), door, whole }
    })
  )
  const late = figures.filter((f) => f.tone === 'late')
  const said = (lang: 'zh' | 'en') =>
    late
      .map((f) => `${f.name[lang]} ${f.value}${lang === 'en' && /^\w/.test(f.unit.en) ? ' ' : ''}${f.unit[lang]}`)
      .join(lang === 'zh' ? '，' : ', ')
  const headline = late.length > 0 ? { zh: `超出限值：${said('zh')}`, en: `Beyond its limit: ${said('en')}` } : null
  return { type: 'kpi', ...head(eye), headline, figures }
}

function isOfNow({ figure }: Indicator): boolean {
  const count = 'share' in figure ? figure.share : figure
  return !('over' in count) || count.over === 'now'
}

/** The running span up to now, and the same length of the one before. */
export async function beforeAfter(
  eye: Eye,
  widget: Of<'beforeAfter'>,
  during: BeforeAfterData['during']
): Promise<BeforeAfterData> {
  const after = eye.span(during)
  const days = { day: 1, week: 7, month: 30, year: 365 }[during] * 86_400_000
  const before = { from: after.from - days, to: after.to - days }
  const iso = ({ from, to }: typeof after) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() })
  const rows = await Promise.all(
    widget.indicators
      .flatMap((key) => indicatorOf(eye, key) ?? [])
      .map(async (i) => {
        // Of what is only known as it stands now there is no before.
        const [was, is] = await Promise.all([isOfNow(i) ? { value: null } : figureOf(eye, i, before), figureOf(eye, i, after)])
        return { ...factsOf(i), before: was.value, after: is.value }
      })
  )
  return { type: 'beforeAfter', ...head(eye), during, before: iso(before), after: iso(after), rows }
}

type Key = (row: FigureRow) => string | null
const KEYS: Record<RankingData['by'], Key> = {
  district: (r) => r.grid_code?.slice(0, 6) ?? null,
  street: (r) => r.grid_code?.slice(0, 9) ?? null,
  unit: (r) => r.maintainer_id ?? r.owner_id ?? r.authority_id,
  thing: (r) => r.code,
  class: (r) => r.class_code
}

export async function ranking(eye: Eye, widget: Of<'ranking'>): Promise<RankingData> {
  const { by, order } = widget
  const keyOf = KEYS[by]
  const indicator = widget.indicator ? indicatorOf(eye, widget.indicator) : undefined
  const names = new Map<string, string>()
  let values = new Map<string, number | null>()
  let facts: { name: BothNames; unit: { zh: string; en: string }; decimals: number } = {
    name: widget.title,
    unit: inBoth(''),
    decimals: 0
  }
  if (indicator) {
    values = await splitOf(eye, indicator, keyOf)
    facts = { name: indicator.name, unit: unitOf(indicator), decimals: indicator.decimals }
    if (by === 'thing')
      for (const { register } of registersOf(eye)) for (const t of eye.things(register)) names.set(t.code, t.name)
  } else if (widget.stream) {
    const declared = eye.declared(widget.stream)
    const rows = await rowsOf(eye, { value: widget.stream, stat: 'mean', over: 'now' })
    for (const [key, part] of Map.groupBy(rows, (r) => keyOf(r) ?? '')) {
      if (key === '' || (declared?.hidden && (by === 'thing' || part.length < LEAST_HIDDEN))) continue
      const mean = part.reduce((sum, r) => sum + r.value, 0) / part.length
      values.set(key, Number(mean.toFixed(declared?.decimals ?? 1)))
      if (by === 'thing') names.set(key, part[0]!.name)
    }
    if (declared) facts = { name: declared.name, unit: inBoth(declared.unit.symbol), decimals: declared.decimals }
  }
  const sign = order === 'up' ? 1 : -1
  const sorted = [...values].sort(([, a], [, b]) => (a === null ? 1 : b === null ? -1 : sign * (a - b)))
  const shown = sorted.slice(0, TOP)
  const codes = shown.map(([key]) => key)
  const known =
    by === 'thing' || by === 'class' ? names : await namesOf(eye.db, by === 'unit' ? [] : codes, by === 'unit' ? codes : [])
  const rows = shown.map(([code, value]) => {
    const name = known.get(code) ?? code
    return {
      code,
      name: { zh: name, en: name },
      value,
      tone: indicator ? toneOf(indicator, value) : ('none' as const),
      door: null
    }
  })
  return { type: 'ranking', ...head(eye), by, ...facts, order, rows, more: sorted.length - shown.length }
}

const registersOf = (eye: Eye): { register: string }[] => eye.pack.things.things
