import { EmptyState, ErrorState, Skeleton, VirtualList } from '@chengyun/ui'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Filters } from '../../api/cases.ts'
import { ApiError } from '../../api/client.ts'
import { CaseLine } from './CaseLine.tsx'
import type { useSteadyList } from './useSteadyList.ts'

export interface CaseListProps {
  list: ReturnType<typeof useSteadyList>
  current: number
  caseId: string | null
  marked: ReadonlySet<string>
  dense: boolean
  filters: Filters
  onOpen: (id: string) => void
  onMark: (id: string) => void
}

/** Where each filter was scrolled to, so that coming back finds the same place. */
const offsets = new Map<string, number>()

/** The virtual list of cases with its states. */
export function CaseList({ list, current, caseId, marked, dense, filters, onOpen, onMark }: CaseListProps) {
  const { t } = useTranslation()
  const key = JSON.stringify(filters)
  if (list.isError && list.rows.length === 0) {
    return (
      <ErrorState
        message={list.error.message}
        requestId={list.error instanceof ApiError ? list.error.requestId : null}
        onRetry={() => void list.refetch()}
      />
    )
  }
  if (list.isPending) return <Skeleton lines={14} />
  if (list.rows.length === 0 && !list.isPlaceholderData) return <Nothing filters={filters} />
  return (
    <div className={`desk-rows${list.isPlaceholderData ? ' waiting' : ''}`}>
      <VirtualList
        key={key}
        items={list.rows}
        rowHeight={dense ? 32 : 56}
        keyOf={(item) => item.row.id}
        current={current}
        label={t('list.label')}
        offset={offsets.get(key) ?? 0}
        onScroll={(offset) => offsets.set(key, offset)}
        onEnd={() => {
          if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
        }}
        render={({ row, left }) => (
          <CaseLine
            row={row}
            left={left}
            on={row.id === caseId}
            marked={marked.has(row.id)}
            dense={dense}
            onOpen={() => onOpen(row.id)}
            onMark={() => onMark(row.id)}
          />
        )}
      />
    </div>
  )
}

function Nothing({ filters }: { filters: Filters }) {
  const { t } = useTranslation()
  const narrowed = Object.keys(filters).some((k) => k !== 'queue' && k !== 'sort')
  if (narrowed) {
    return (
      <EmptyState
        title={t('list.noneFiltered')}
        hint={t('list.noneFilteredHint')}
        action={
          <Link href={`/cases${filters.queue ? `?queue=${filters.queue}` : ''}`}>
            <Button size="small">{t('list.clear')}</Button>
          </Link>
        }
      />
    )
  }
  return <EmptyState title={t('list.none')} hint={t('list.noneHint')} />
}
