import { EmptyState, Skeleton, VirtualList } from '@chengyun/ui'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { QueryError } from './states.tsx'

/** A list that never moves under the reader, by pages. */
export interface Steady<T> {
  rows: readonly { row: T; left: boolean }[]
  isError: boolean
  isPending: boolean
  isPlaceholderData: boolean
  error: Error | null
  hasNextPage: boolean
  isFetchingNextPage: boolean
  refetch: () => unknown
  fetchNextPage: () => unknown
}

export interface DeskListProps<T> {
  list: Steady<T>
  filters: Partial<Record<string, string>>
  /** Index kept in view; -1 for none. */
  current: number
  rowHeight: number
  label: string
  render: (row: T, left: boolean) => React.ReactNode
  /** What is said where a queue is empty. */
  none: { title: string; hint: string }
  noneFiltered: string
  /** The queue without what narrows it. */
  cleared: string
}

/** Where each filter was scrolled to, so that coming back finds the same place. */
const offsets = new Map<string, number>()

/** The virtual list of a desk with its states. */
export function DeskList<T extends { id: string }>(props: DeskListProps<T>) {
  const { list, filters, current, rowHeight, label, render, none, noneFiltered, cleared } = props
  const { t } = useTranslation()
  const key = `${label}${JSON.stringify(filters)}`
  if (list.isError && list.rows.length === 0) return <QueryError of={list} />
  if (list.isPending) return <Skeleton lines={14} />
  if (list.rows.length === 0 && !list.isPlaceholderData) {
    const narrowed = Object.keys(filters).some((k) => k !== 'queue' && k !== 'sort')
    if (!narrowed) return <EmptyState {...none} />
    return (
      <EmptyState
        title={noneFiltered}
        hint={t('list.noneFilteredHint')}
        action={
          <Link href={cleared}>
            <Button size="small">{t('list.clear')}</Button>
          </Link>
        }
      />
    )
  }
  return (
    <div className={`desk-rows${list.isPlaceholderData ? ' waiting' : ''}`}>
      <VirtualList
        key={key}
        items={list.rows}
        rowHeight={rowHeight}
        keyOf={(item) => item.row.id}
        current={current}
        label={label}
        offset={offsets.get(key) ?? 0}
        onScroll={(offset) => offsets.set(key, offset)}
        onEnd={() => {
          if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
        }}
        render={({ row, left }) => render(row, left)}
      />
    </div>
  )
}
