import { SEVERITIES, SOURCE_TYPES } from '@chengyun/contract/cases'
import { isMeasureKey, measureOf } from '@chengyun/contract/indicators'
import type { Language } from '@chengyun/ui'
import { Button, Dropdown, Select, Tooltip } from 'antd'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Filters } from '../../api/cases.ts'
import { query } from '../../api/client.ts'
import { useDistricts } from '../../api/reference.ts'
import { useMay } from '../../api/session.ts'
import { Arrived, Chip, FilterTag, MapToggle, RangeChip } from '../../parts/filters.tsx'
import { usePreferences } from '../../preferences.tsx'

export interface FilterBarProps {
  filters: Filters
  onChange: (changes: Record<string, string | null>) => void
  arrived: number
  onShowNew: () => void
  withMap: boolean
}

/** The chips above the list: district, time, lamp, source, severity, order; what else the address holds shows as a chip to remove. */
export function FilterBar({ filters, onChange, arrived, onShowNew, withMap }: FilterBarProps) {
  const { t } = useTranslation()
  const may = useMay()
  const { language } = usePreferences()
  const districts = useDistricts()
  const chip = (key: keyof Filters, options: { value: string; label: string }[], width: number) => (
    <Chip
      name={t(`filter.${key}`)}
      value={filters[key]}
      width={width}
      options={options}
      onChange={(value) => onChange({ [key]: value })}
    />
  )
  const shown = new Set(['queue', 'district', 'late', 'source', 'severity', 'sort', 'from', 'to', 'q'])
  const others = (Object.keys(filters) as (keyof Filters)[]).filter((k) => !shown.has(k))
  return (
    <div className="desk-filter">
      <div className="desk-filter-row">
        {chip(
          'district',
          districts.map((d) => ({ value: d.code, label: d.name })),
          104
        )}
        <RangeChip from={filters.from} to={filters.to} width={96} onChange={onChange} />
        {chip(
          'late',
          ['late', 'soon', 'ok'].map((value) => ({ value, label: t(`lampWord.${value}`) })),
          88
        )}
        <Dropdown
          trigger={['click']}
          popupRender={() => (
            <div className="desk-more">
              <p>
                {t('filter.source')}
                {chip(
                  'source',
                  SOURCE_TYPES.map((value) => ({ value, label: t(`source.${value}`) })),
                  180
                )}
              </p>
              <p>
                {t('filter.severity')}
                {chip(
                  'severity',
                  SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) })),
                  180
                )}
              </p>
            </div>
          )}
        >
          <Button size="small" type={filters.source || filters.severity ? 'link' : 'text'}>
            {t('filter.more')}
          </Button>
        </Dropdown>
        <Select
          size="small"
          variant="borderless"
          aria-label={['due', '-reportedAt', 'reportedAt'].map((value) => t(`sort.${value}`)).join(' / ')}
          value={filters.sort ?? (filters.queue && filters.queue !== 'all' ? 'due' : '-reportedAt')}
          style={{ width: 108 }}
          popupMatchSelectWidth={false}
          options={['due', '-reportedAt', 'reportedAt'].map((value) => ({ value, label: t(`sort.${value}`) }))}
          onChange={(value: string) => onChange({ sort: value })}
        />
        <span className="desk-filter-end">
          {may('cases:export') ? (
            <Tooltip title={t('filter.exportHint')}>
              <Button size="small" type="text" href={`/api/cases/export.xlsx${query(filters)}`} download>
                {t('filter.export')}
              </Button>
            </Tooltip>
          ) : null}
          <MapToggle on={withMap} onChange={(map) => onChange({ map })} />
        </span>
      </div>
      {others.length > 0 || filters.q ? (
        <div className="desk-filter-row desk-filter-tags">
          {filters.q ? <FilterTag text={t('filter.q', { q: filters.q })} onDrop={() => onChange({ q: null })} /> : null}
          {others.map((key) => (
            <FilterTag key={key} text={tagText(t, language, key, filters[key] ?? '')} onDrop={() => onChange({ [key]: null })} />
          ))}
        </div>
      ) : null}
      <Arrived count={arrived} onShow={onShowNew} />
    </div>
  )
}

function tagText(t: TFunction, language: Language, key: string, value: string): string {
  if (key === 'status')
    return value
      .split(',')
      .map((s) => t(`status.${s}`))
      .join('、')
  if (key === 'measure') return isMeasureKey(value) ? measureOf(value)[language] : value
  if (key === 'bbox') return t('filter.bbox')
  if (value === 'true') return t(`filter.${key}`)
  return `${t(`filter.${key}`)} ${value}`
}
