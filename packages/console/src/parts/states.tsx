import { ErrorState, Skeleton } from '@chengyun/ui'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/client.ts'

// What stands where data is not (yet): the states of a question put to the server.

/** What is told of a question that failed: a query, or what stands for one. */
export interface Failed {
  error: Error | null
  refetch: () => unknown
}

/** A question that failed: what went wrong, the number of the request for those who look after it, and another try. */
export function QueryError({ of }: { of: Failed }) {
  return (
    <ErrorState
      message={of.error?.message ?? ''}
      requestId={of.error instanceof ApiError ? of.error.requestId : null}
      onRetry={() => void of.refetch()}
    />
  )
}

export interface ListStateProps {
  of: Failed & { isPending: boolean; isError: boolean; isSuccess: boolean }
  /** How many rows are shown; with some of them on the page a failure to read them anew is not said. */
  rows: number
  /** Quiet lines while the first answer is awaited. */
  lines: number
  /** What is said where there is nothing. */
  none: React.ReactNode
}

/** What stands in the place of the rows of a list while it has none. */
export function ListState({ of, rows, lines, none }: ListStateProps) {
  if (of.isPending) return <Skeleton lines={lines} />
  if (rows > 0) return null
  if (of.isError) return <QueryError of={of} />
  return of.isSuccess ? none : null
}

export interface LoadMoreProps {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
}

/** The next page of a list, where there is one. */
export function LoadMore({ list }: LoadMoreProps) {
  const { t } = useTranslation()
  return list.hasNextPage ? (
    <Button block type="text" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
      {t('list.more')}
    </Button>
  ) : null
}
