import { Button, Input, Select, Tooltip } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type AlarmFilters, isAlarmQueue, useAlarmCounts } from '../../api/alarms.ts'
import { useDistricts } from '../../api/reference.ts'
import { useRules } from '../../api/rules.ts'
import { Arrived, Chip, FilterTag, MapToggle, RangeChip } from '../../parts/filters.tsx'
import { usePreferences } from '../../preferences.tsx'
import { useShortcut } from '../../shell/shortcuts.ts'
import { useTypes } from '../registry/data.ts'
import { total } from './AlarmQueues.tsx'

export interface AlarmFilterBarProps {
  filters: AlarmFilters
  onChange: (changes: Record<string, string | null>) => void
  arrived: number
  onShowNew: () => void
  withMap: boolean
  sound: boolean
  onSound: (on: boolean) => void
}

const SHOWN = new Set(['queue', 'within', 'type', 'from', 'to', 'sort'])
const SORTS = ['level', '-raisedAt'] as const

/** The chips above the list: words, district, register, time, order; what else the address holds is a chip to remove. */
export function AlarmFilterBar(props: AlarmFilterBarProps) {
  const { filters, onChange, arrived, onShowNew, withMap, sound, onSound } = props
  const { t } = useTranslation()
  const { language } = usePreferences()
  const districts = useDistricts()
  const types = useTypes()
  const tagText = useTagText()
  const count = useAlarmCounts(filters).data?.total
  const others = (Object.keys(filters) as (keyof AlarmFilters)[]).filter((k) => !SHOWN.has(k))
  const open = isAlarmQueue(filters.queue) && !['done', 'all', 'false', 'asksVerdict'].includes(filters.queue)
  return (
    <div className="desk-filter">
      <div className="desk-filter-row">
        <Search value={filters.q ?? ''} onSearch={(q) => onChange({ q: q || null })} />
        <Chip
          name={t('filter.district')}
          value={filters.within}
          width={92}
          options={districts.map((d) => ({ value: d.code, label: d.name }))}
          onChange={(within) => onChange({ within })}
        />
        <Chip
          name={t('alarms.filter.type')}
          value={filters.type}
          width={104}
          options={(types.data ?? []).map((r) => ({ value: r.id, label: r.declaration.name[language] }))}
          onChange={(type) => onChange({ type })}
        />
        <RangeChip from={filters.from} to={filters.to} width={88} onChange={(span) => onChange({ ...span })} />
        <Select
          size="small"
          variant="borderless"
          aria-label={t('alarms.sort')}
          value={filters.sort ?? (open ? 'level' : '-raisedAt')}
          popupMatchSelectWidth={false}
          options={SORTS.map((value) => ({ value, label: t(`alarms.sort.${value}`) }))}
          onChange={(sort: string) => onChange({ sort })}
        />
        <span className="desk-filter-end">
          <span className="alarm-total">{count === undefined ? '' : t('alarms.total', { n: total(count) })}</span>
          <Tooltip title={t('alarms.soundHint')}>
            <Button size="small" type={sound ? 'link' : 'text'} aria-pressed={sound} onClick={() => onSound(!sound)}>
              {t(sound ? 'alarms.soundOn' : 'alarms.soundOff')}
            </Button>
          </Tooltip>
          <MapToggle on={withMap} onChange={(map) => onChange({ map })} />
        </span>
      </div>
      {others.length > 0 ? (
        <div className="desk-filter-row desk-filter-tags">
          {others.map((key) => (
            <FilterTag key={key} text={tagText(key, filters[key] ?? '')} onDrop={() => onChange({ [key]: null })} />
          ))}
        </div>
      ) : null}
      <Arrived count={arrived} onShow={onShowNew} />
    </div>
  )
}

/** Words of the alarm, code of the thing, or number of the alarm; Enter seeks. */
function Search({ value, onSearch }: { value: string; onSearch: (q: string) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  useShortcut('/', () => document.querySelector<HTMLInputElement>('.alarm-search input')?.focus())
  return (
    <Input
      size="small"
      className="alarm-search"
      value={text}
      maxLength={100}
      placeholder={t('alarms.search')}
      aria-label={t('alarms.search')}
      onChange={(e) => {
        setText(e.target.value)
        if (e.target.value === '') onSearch('')
      }}
      onPressEnter={() => onSearch(text.trim())}
    />
  )
}

/** A filter in words: what it narrows, and to what where that can be read. */
function useTagText(): (name: string, value: string) => string {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const rules = useRules().data
  const words = (value: string, wordOf: (one: string) => string) => value.split(',').map(wordOf).join(' / ')
  return (name, value) => {
    const label = t(`alarms.filter.${name}`)
    switch (name) {
      case 'q':
        return t('filter.q', { q: value })
      case 'state':
        return words(value, (v) => t(v === 'open' ? 'alarms.queue.open' : `alarms.state.${v}`))
      case 'verdict':
        return words(value, (v) => t(`alarms.verdict.${v}`))
      case 'level':
      case 'worst':
        return `${label} ${words(value, (v) => t(`alarms.levelWord.${v}`))}`
      case 'rule':
        return words(value, (v) => rules?.find((r) => r.id === v)?.rule.name[language] ?? v)
      case 'acknowledged':
      case 'standing':
        return t(`alarms.filter.${name}.${value}`)
      default:
        return value === 'true' || name === 'bbox' || /^[0-9a-f-]{36}$/.test(value) ? label : `${label} ${value}`
    }
  }
}
