import type { KeptReportPage, ReportKind } from '@chengyun/contract/scenarios'
import { formatNumber } from '@chengyun/ui'
import { DatePicker, Input, Select } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'
import type { ReportFilters } from '../../../api/reports.ts'
import { useQueryParam } from '../../../parts/useQueryParam.ts'
import { useBoth } from '../context.ts'
import { MakeReports } from './MakeReports.tsx'

export interface ReportToolsProps {
  pack: string
  kinds: readonly ReportKind[]
  filters: ReportFilters
  counts: KeptReportPage['counts'] | undefined
}

/** Filters of the list, which stand in the address, and having reports made. */
export function ReportTools({ pack, kinds, filters, counts }: ReportToolsProps) {
  const { t } = useTranslation()
  const both = useBoth()
  const [, set] = useQueryParam()
  const search = (words: string) => words.trim() !== (filters.q ?? '') && set('q', words.trim() || null)
  const kind = kinds.find((k) => k.key === filters.report)
  const all = counts ? counts.ready + counts.waiting + counts.failed : undefined
  const state = (key: 'ready' | 'waiting' | 'failed') => ({
    value: key,
    label: `${t(`packReports.state.${key}`)} ${counts ? formatNumber(counts[key]) : ''}`
  })
  return (
    <header className="scn-report-tools">
      <Select
        allowClear
        className="kind"
        value={filters.report ?? null}
        placeholder={t('packReports.kindAny')}
        aria-label={t('packReports.kind')}
        options={kinds.map((k) => ({ value: k.key, label: both(k.name) }))}
        onChange={(v: string | undefined) => set('report', v ?? null)}
      />
      <DatePicker
        picker={kind?.period === 'month' ? 'month' : 'date'}
        value={filters.day ? dayjs(filters.day) : null}
        placeholder={t('packReports.period')}
        aria-label={t('packReports.period')}
        disabledDate={(d) => d.isAfter(dayjs(), 'day')}
        onChange={(d) => set('day', d ? d.format('YYYY-MM-DD') : null)}
      />
      <Input
        allowClear
        type="search"
        key={filters.q ?? ''}
        defaultValue={filters.q ?? ''}
        placeholder={t('packReports.search')}
        aria-label={t('packReports.search')}
        onPressEnter={(e) => search(e.currentTarget.value)}
        onBlur={(e) => search(e.currentTarget.value)}
        onClear={() => search('')}
      />
      <Select
        value={filters.state ?? 'all'}
        aria-label={t('packReports.state')}
        popupMatchSelectWidth={false}
        options={[
          { value: 'all', label: `${t('packReports.state.all')} ${all === undefined ? '' : formatNumber(all)}` },
          state('ready'),
          state('waiting'),
          state('failed')
        ]}
        onChange={(v: string) => set('state', v === 'all' ? null : v)}
      />
      <MakeReports pack={pack} kinds={kinds} first={kind ?? kinds[0] ?? null} />
    </header>
  )
}
