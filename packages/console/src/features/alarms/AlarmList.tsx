import { useTranslation } from 'react-i18next'
import type { AlarmFilters } from '../../api/alarms.ts'
import { DeskList } from '../../parts/DeskList.tsx'
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

const ROW = 32

/** The alarms of a filter. */
export function AlarmList({ list, alarmId, marked, filters, onOpen, onMark }: AlarmListProps) {
  const { t } = useTranslation()
  return (
    <DeskList
      list={list}
      filters={filters}
      current={list.rows.findIndex((r) => r.row.id === alarmId)}
      rowHeight={ROW}
      label={t('alarms.list')}
      none={{ title: t('alarms.none'), hint: t('alarms.noneHint') }}
      noneFiltered={t('alarms.noneFiltered')}
      cleared={`/alarms?queue=${filters.queue ?? 'all'}`}
      render={(row, left) => (
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
  )
}
