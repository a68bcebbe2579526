import { useTranslation } from 'react-i18next'
import type { Filters } from '../../api/cases.ts'
import { DeskList } from '../../parts/DeskList.tsx'
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

/** The cases of a filter. */
export function CaseList({ list, current, caseId, marked, dense, filters, onOpen, onMark }: CaseListProps) {
  const { t } = useTranslation()
  return (
    <DeskList
      list={list}
      filters={filters}
      current={current}
      rowHeight={dense ? 32 : 56}
      label={t('list.label')}
      none={{ title: t('list.none'), hint: t('list.noneHint') }}
      noneFiltered={t('list.noneFiltered')}
      cleared={`/cases${filters.queue ? `?queue=${filters.queue}` : ''}`}
      render={(row, left) => (
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
  )
}
