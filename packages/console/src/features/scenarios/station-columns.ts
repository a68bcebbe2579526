import type { DataOf } from '@chengyun/contract/scenarios'
import { formatNumber, type Language, type TableColumn } from '@chengyun/ui'
import type { TFunction } from 'i18next'

type Data = DataOf<'stations'>

export interface Shown {
  columns: number
  attributes: number
  spark: boolean
}

/** Widths, px: everything but values and attributes; a value; an attribute; the small curve; what is added of padding and gaps. */
const NAME = 148
const LEVEL = 20
const HEARD = 76
const VALUE = 92
const ATTRIBUTE = 104
const SPARK = 84
const GAP = 12
const EDGE = 44

/** How many columns there is room for: a table that scrolls sideways is not read. Values come first, then the small curve, then attributes. */
export function columnsThatFit(data: Pick<Data, 'columns' | 'attributes' | 'spark'>, width: number, wall: boolean): Shown {
  const scale = wall ? 1.25 : 1
  let left = width - EDGE - (NAME + LEVEL + HEARD) * scale - 2 * GAP
  const take = (each: number, most: number): number => {
    const n = Math.max(0, Math.min(most, Math.floor(left / (each * scale + GAP))))
    left -= n * (each * scale + GAP)
    return n
  }
  const first = Math.max(1, take(VALUE, Math.min(3, data.columns.length)))
  const spark = data.spark !== null && take(SPARK, 1) === 1
  const columns = first + take(VALUE, data.columns.length - first)
  return { columns, spark, attributes: take(ATTRIBUTE, data.attributes.length) }
}

/** An attribute in words: the name of a choice, yes or no, a number as numbers are written. */
export function attributeText(
  attribute: Data['attributes'][number] | undefined,
  value: string | null | undefined,
  language: Language,
  t: TFunction
): string {
  if (!attribute || value === null || value === undefined || value === '') return '–'
  const { type, choices } = attribute
  if (type === 'boolean') return t(value === 'true' ? 'scenarios.yes' : 'scenarios.no')
  if (type === 'number' || type === 'integer') return formatNumber(Number(value), value.split('.')[1]?.length ?? 0)
  const named = (one: string) => choices?.[one]?.[language] ?? one
  if (type === 'choices' && value.startsWith('['))
    return (JSON.parse(value) as string[]).map(named).join(language === 'zh' ? '、' : ', ')
  return named(value)
}

/** The columns of the table in their order. */
export function stationColumns(data: Data, shown: Shown, language: Language, t: TFunction): TableColumn[] {
  return [
    { key: 'worst', title: '', track: `${LEVEL}px` },
    { key: 'name', title: t('scenarios.name'), track: `minmax(${NAME - 12}px, 2.4fr)`, sortable: true },
    ...data.attributes
      .slice(0, shown.attributes)
      .map((a): TableColumn => ({ key: `@${a.key}`, title: a.name[language], track: 'minmax(80px, 1fr)', sortable: true })),
    ...data.columns.slice(0, shown.columns).map(
      (c): TableColumn => ({
        key: c.key,
        title: `${c.name[language]}${c.unit && c.unit !== '1' ? ` ${c.unit}` : ''}`,
        track: 'minmax(72px, 1fr)',
        align: 'right',
        sortable: true
      })
    ),
    ...(shown.spark ? [{ key: 'spark', title: t('scenarios.day24'), track: `${SPARK}px` } satisfies TableColumn] : []),
    { key: 'heard', title: t('scenarios.heard'), track: `${HEARD}px`, align: 'right', sortable: true }
  ]
}
