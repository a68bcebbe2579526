import { EmptyState, ErrorState, Skeleton, VirtualList } from '@chengyun/ui'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { AlarmFilters } from '../../api/alarms.ts'
import { ApiError } from '../../api/client.ts'
import { AlarmLine } from './AlarmLine.tsx'
import type { useSteadyAlarms } from './useSteadyAlarms.ts'

export interface AlarmListProps {
  list: ReturnType<typeof useSteadyAlarms>
  alarmId: string | null
  marked: ReadonlySet<string>
  filters: AlarmFilters
  onOpen: (id: string) => void
  onMark: (id: string) => void
}

/** Where each filter was scrolled to, so that coming back finds the same place. */
const offsets = new Map<string, number>()
const ROW = 32

/** The virtual list of alarms with its states. */
export function AlarmList({ list, alarmId, marked, filters, onOpen, onMark }: AlarmListProps) {
  const { t } = useTranslation()
  const key = JSON.stringify(filters)
  if (list.isError && list.rows.length === 0)
    return (
      <ErrorState
        message={list.error.message}
        requestId={list.error instanceof ApiError ? list.error.requestId : null}
        onRetry={() => void list.refetch()}
      />
    )
  if (list.isPending) return <Skeleton lines={14} />
  if (list.rows.length === 0 && !list.isPlaceholderData) return <Nothing filters={filters} />
  return (
    <div className={`desk-rows${list.isPlaceholderData ? ' waiting' : ''}`}>
      <VirtualList
        key={key}
        items={list.rows}
        rowHeight={ROW}
        keyOf={(item) => item.row.id}
        current={list.rows.findIndex((r) => r.row.id === alarmId)}
        label={t('alarms.list')}
        offset={offsets.get(key) ?? 0}
        onScroll={(offset) => offsets.set(key, offset)}
        onEnd={() => {
          if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
        }}
        render={({ row, left }) => (
          <AlarmLine
            row={row}
            left={left}
            on={row.id === alarmId}
            marked={marked.has(row.id)}
            onOpen={() => onOpen(row.id)}
            onMark={() => onMark(row.id)}
          />
        )}
      />
    </div>
  )
}

function Nothing({ filters }: { filters: AlarmFilters }) {
  const { t } = useTranslation()
  const narrowed = Object.keys(filters).some((k) => k !== 'queue' && k !== 'sort')
  if (!narrowed) return <EmptyState title={t('alarms.none')} hint={t('alarms.noneHint')} />
  return (
    <EmptyState
      title={t('alarms.noneFiltered')}
      hint={t('list.noneFilteredHint')}
      action={
        <Link href={`/alarms?queue=${filters.queue ?? 'all'}`}>
          <Button size="small">{t('list.clear')}</Button>
        </Link>
      }
    />
  )
}
