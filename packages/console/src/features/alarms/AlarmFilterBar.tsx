import { KeyHint } from '@chengyun/ui'
import { Button, Input, Select, Tooltip } from 'antd'
import dayjs from 'dayjs'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type AlarmFilters, isAlarmQueue, useAlarmCounts } from '../../api/alarms.ts'
import { useDistricts } from '../../api/reference.ts'
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

/** Ranges offered by name; each is the city's day, week or month up to now. */
const RANGES: Record<string, () => string> = {
  today: () => dayjs().startOf('day').format(),
  days7: () => dayjs().startOf('day').subtract(6, 'day').format(),
  days30: () => dayjs().startOf('day').subtract(29, 'day').format()
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
  const count = useAlarmCounts(filters).data?.total
  const range = Object.keys(RANGES).find((key) => RANGES[key]?.() === filters.from) ?? (filters.from ? 'custom' : undefined)
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
        <Chip
          name={t('filter.range')}
          value={range}
          width={88}
          options={[
            ...Object.keys(RANGES).map((key) => ({ value: key, label: t(`range.${key}`) })),
            ...(range === 'custom' ? [{ value: 'custom', label: t('range.custom') }] : [])
          ]}
          onChange={(v) => onChange({ from: v ? (RANGES[v]?.() ?? null) : null, to: null })}
        />
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
          <Button
            size="small"
            type={withMap ? 'link' : 'text'}
            onClick={() => onChange({ map: withMap ? null : 'on' })}
            aria-pressed={withMap}
          >
            {t('filter.map')} <KeyHint>M</KeyHint>
          </Button>
        </span>
      </div>
      {others.length > 0 ? (
        <div className="desk-filter-row desk-filter-tags">
          {others.map((key) => (
            <Tag key={key} name={key} value={filters[key] ?? ''} onDrop={() => onChange({ [key]: null })} />
          ))}
        </div>
      ) : null}
      {arrived > 0 ? (
        <button type="button" className="desk-new" onClick={onShowNew}>
          {t('list.arrived', { count: arrived })} ↑ <KeyHint>N</KeyHint>
        </button>
      ) : null}
    </div>
  )
}

interface ChipProps {
  name: string
  value: string | undefined
  width: number
  options: { value: string; label: string }[]
  onChange: (value: string | null) => void
}

function Chip({ name, value, width, options, onChange }: ChipProps) {
  return (
    <Select
      size="small"
      allowClear
      variant="filled"
      showSearch={{ optionFilterProp: 'label' }}
      value={value ?? null}
      placeholder={name}
      aria-label={name}
      options={options}
      style={{ width }}
      popupMatchSelectWidth={false}
      onChange={(v: string | null) => onChange(v ?? null)}
    />
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

const WORDED = new Set(['true', 'false'])

function Tag({ name, value, onDrop }: { name: string; value: string; onDrop: () => void }) {
  const { t } = useTranslation()
  const shown = name === 'bbox' || WORDED.has(value) ? '' : /^[0-9a-f-]{36}$/.test(value) ? '' : ` ${value}`
  const text = name === 'q' ? t('filter.q', { q: value }) : `${t(`alarms.filter.${name}`)}${shown}`
  return (
    <span className="desk-tag">
      {text}
      <button type="button" onClick={onDrop} aria-label={t('filter.drop', { text })}>
        ×
      </button>
    </span>
  )
}
