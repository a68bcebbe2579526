import { EmptyState, formatDateTime, formatNumber, Skeleton, saveSheet, type TableColumn, VirtualTable } from '@chengyun/ui'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'wouter'
import { useFigureRows } from '../../api/scenarios.ts'
import { QueryError } from '../../parts/states.tsx'
import { useBoth, useUnit } from './context.ts'

/** The things a figure counts; there are as many as the figure says. */
export function Rows({ pack, figure }: { pack: string; figure: string }) {
  const { t } = useTranslation()
  const both = useBoth()
  const unit = useUnit()
  const [params] = useSearchParams()
  const rows = useFigureRows(pack, figure, params.get('whole') === 'true')
  const items = rows.data?.pages.flatMap((p) => p.items) ?? []
  const head = rows.data?.pages[0]
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = rows
  const onSight = useCallback(
    (_: number, to: number) => {
      if (hasNextPage && !isFetchingNextPage && to > items.length - 50) void fetchNextPage()
    },
    [hasNextPage, isFetchingNextPage, fetchNextPage, items.length]
  )
  if (rows.isError) return <QueryError of={rows} />
  if (!head) return <Skeleton lines={12} />
  const columns: TableColumn[] = [
    { key: 'name', title: t('scenarios.name'), track: 'minmax(120px, 2fr)' },
    { key: 'code', title: t('scenarios.code'), track: 'minmax(100px, 1fr)' },
    {
      key: 'value',
      title: `${t('scenarios.value')}${unit(head.unit) ? ` ${unit(head.unit)}` : ''}`,
      track: '96px',
      align: 'right'
    },
    { key: 'state', title: t('scenarios.stateWord'), track: '88px' },
    { key: 'address', title: t('scenarios.address'), track: 'minmax(0, 2fr)' },
    { key: 'heard', title: t('scenarios.heard'), track: '132px', align: 'right' }
  ]
  const cell = (i: number, key: string) => {
    const r = items[i]
    if (!r) return null
    if (key === 'name')
      return <Link href={`/registers/list/${r.register}/${encodeURIComponent(r.code)}`}>{r.name || r.code}</Link>
    if (key === 'code') return <span className="sw-quiet">{r.code}</span>
    if (key === 'value') return r.value === null ? '–' : String(Number(r.value.toFixed(4)))
    if (key === 'state') return t(`scenarios.state.${r.state}`, { defaultValue: r.state })
    if (key === 'address') return <span className="sw-quiet">{r.address}</span>
    return <span className="sw-quiet">{formatDateTime(r.heardAt)}</span>
  }
  const save = () =>
    saveSheet(
      {
        columns: columns.map((c) => String(c.title)),
        rows: items.map((r) => [r.name, r.code, r.value, t(`scenarios.state.${r.state}`), r.address, formatDateTime(r.heardAt)])
      },
      both(head.name)
    )
  return (
    <div className="scn-rows">
      <header>
        <h1>{both(head.name)}</h1>
        <b data-testid="rows-total">{t('scenarios.things', { n: formatNumber(head.total) })}</b>
        <button type="button" className="sw-tool" onClick={save}>
          {t('scenarios.saveData')}
        </button>
        <Link href={`/scenarios/${pack}`}>{t('scenarios.back')}</Link>
        <p>{both(head.meaning)}</p>
      </header>
      {items.length === 0 ? (
        <EmptyState title={t('scenarios.noRows')} />
      ) : (
        <VirtualTable
          label={both(head.name)}
          columns={columns}
          count={items.length}
          rowHeight={32}
          keyOf={(i) => `${items[i]?.register} ${items[i]?.code}`}
          cell={cell}
          sort={null}
          onSight={onSight}
        />
      )}
    </div>
  )
}
