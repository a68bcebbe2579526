import type { DataOf } from '@chengyun/contract/scenarios'
import { formatNumber, type Level, LevelLamp, Spark, saveSheet, type TableColumn, useNow, VirtualTable } from '@chengyun/ui'
import { useCallback, useDeferredValue, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useSparks, type WidgetAsked } from '../../../api/scenarios.ts'
import { usePreferences } from '../../../preferences.tsx'
import { agoText } from '../ago.ts'
import { usePage } from '../context.ts'
import { Frame, Nothing } from '../Frame.tsx'
import { attributeText, columnsThatFit, stationColumns } from '../station-columns.ts'
import { isSilent, orderOf, type Sort } from '../worst.ts'
import type { WidgetProps } from './index.ts'
import { Value } from './Value.tsx'

type Data = DataOf<'stations'>
const WORST: Sort = { key: 'worst', down: false }
/** Rows whose small curves are asked for together. */
const BLOCK = 25

/** Things with their latest values; worst first. A row chooses the thing for the whole page. */
export function Stations({ widget, n }: WidgetProps) {
  const [search, setSearch] = useState('')
  const { t } = useTranslation()
  const { wall } = usePage()
  return (
    <Frame<'stations'>
      widget={widget}
      n={n}
      tools={(data) =>
        wall ? null : (
          <>
            <input
              className="sw-search"
              type="search"
              value={search}
              placeholder={t('scenarios.find')}
              aria-label={t('scenarios.find')}
              onChange={(e) => setSearch(e.target.value)}
            />
            <Save data={data} name={widget.title} />
          </>
        )
      }
    >
      {(data, room, asked) => <Table data={data} width={room.width} asked={asked} search={search} name={widget.title} />}
    </Frame>
  )
}

function Save({ data, name }: { data: Data; name: { zh: string; en: string } }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const write = () => {
    const columns = [
      t('scenarios.code'),
      t('scenarios.name'),
      t('scenarios.level'),
      ...data.attributes.map((a) => a.name[language]),
      ...data.columns.map((c) => `${c.name[language]}${c.unit ? ` (${c.unit})` : ''}`)
    ]
    const rows = orderOf(data, WORST).map((i) => [
      data.things?.codes[i] ?? '',
      data.things?.names[i] ?? '',
      data.levels[i] || null,
      ...data.attributes.map((x, a) => {
        const value = data.things?.attributes[a]?.[i]
        return value == null ? null : attributeText(x, value, language, t)
      }),
      ...data.columns.map((_, c) => data.values[c]?.[i] ?? null)
    ])
    saveSheet({ columns, rows }, name[language])
  }
  return (
    <button type="button" className="sw-tool" onClick={write}>
      {t('scenarios.saveData')}
    </button>
  )
}

interface TableProps {
  data: Data
  width: number
  asked: WidgetAsked
  search: string
  name: { zh: string; en: string }
}

function Table({ data, width, asked, search, name }: TableProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { wall, register, subject, choose } = usePage()
  const [sort, setSort] = useState<Sort>(WORST)
  const [block, setBlock] = useState<readonly [number, number]>([0, BLOCK])
  const now = useNow(30).getTime()
  const wanted = useDeferredValue(search.trim().toLowerCase())
  const order = useMemo(() => {
    const { names = [], codes = [] } = data.things ?? {}
    const fits = (i: number) => `${names[i]} ${codes[i]}`.toLowerCase().includes(wanted)
    return orderOf(data, sort, wanted ? fits : undefined)
  }, [data, sort, wanted])
  const codes = data.things?.codes ?? []
  const sight = data.spark ? order.slice(block[0], block[1]).map((i) => codes[i] ?? '') : []
  const sparks = useSparks(asked, sight).data?.items
  // Curves are asked for by blocks, so that scrolling a row asks nothing.
  const onSight = useCallback((from: number, to: number) => {
    const next = [Math.floor(from / BLOCK) * BLOCK, Math.ceil(Math.max(1, to) / BLOCK) * BLOCK] as const
    setBlock((old) => (old[0] === next[0] && old[1] === next[1] ? old : next))
  }, [])
  const shown = columnsThatFit(data, width, wall)
  const columns: TableColumn[] = useMemo(() => stationColumns(data, shown, language, t), [data, shown, language, t])
  if (codes.length === 0)
    return <Nothing title={t('scenarios.noThings', { name: data.register.name[language] })} hint={t('scenarios.noThingsHint')} />
  if (order.length === 0) return <Nothing title={t('scenarios.noneFound')} />
  const pick = register === data.register.type
  const cell = (row: number, key: string) => {
    const i = order[row] ?? 0
    if (key === 'worst') return data.levels[i] ? <LevelLamp level={data.levels[i] as Level} /> : null
    if (key === 'name') {
      if (wall) return data.things?.names[i]
      return pick ? (
        <button type="button" className="sw-name" aria-pressed={codes[i] === subject} onClick={() => choose(codes[i] ?? null)}>
          {data.things?.names[i]}
        </button>
      ) : (
        <Link className="sw-name" href={`/registers/list/${data.register.type}/${encodeURIComponent(codes[i] ?? '')}`}>
          {data.things?.names[i]}
        </Link>
      )
    }
    if (key === 'spark') {
      const values = sparks?.[codes[i] ?? '']
      return values ? <Spark values={values} label={t('scenarios.day24')} /> : null
    }
    if (key === 'heard') {
      const at = data.heard[i] ?? null
      if (at === null) return <span className="sw-silent">{t('scenarios.never')}</span>
      return <span className={isSilent(data, i) ? 'sw-silent' : 'sw-quiet'}>{agoText(at, now)}</span>
    }
    if (key.startsWith('@')) {
      const a = data.attributes.findIndex((x) => `@${x.key}` === key)
      return <span className="sw-quiet">{attributeText(data.attributes[a], data.things?.attributes[a]?.[i], language, t)}</span>
    }
    return <Value data={data} thing={i} column={data.columns.findIndex((x) => x.key === key)} />
  }
  return (
    <>
      <VirtualTable
        label={name[language]}
        columns={columns}
        count={order.length}
        rowHeight={wall ? 40 : 32}
        keyOf={(row) => codes[order[row] ?? 0] ?? String(row)}
        cell={cell}
        sort={sort.key === 'worst' ? null : sort}
        {...(wall
          ? {}
          : {
              onSort: (key: string) =>
                setSort((old) =>
                  key === 'worst' ? WORST : old.key === key ? (old.down ? WORST : { key, down: true }) : { key, down: false }
                )
            })}
        chosen={subject && pick ? order.findIndex((i) => codes[i] === subject) : -1}
        {...(pick && !wall ? { onChoose: (row: number) => choose(codes[order[row] ?? 0] ?? null) } : {})}
        onSight={onSight}
      />
      <p className="sw-foot">
        {t('scenarios.things', { n: formatNumber(order.length) })}
        {data.silent > 0 ? <span className="sw-silent">{t('scenarios.silentOf', { n: formatNumber(data.silent) })}</span> : null}
      </p>
    </>
  )
}
