import { formatDateTime, KeyHint } from '@chengyun/ui'
import { Button, Select } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'

// What stands above the list of a desk: choices, and what else the address holds, to be removed.

export interface ChipProps {
  name: string
  value: string | null | undefined
  /** In px; without one as wide as what is chosen. */
  width?: number
  options: { value: string; label: string }[]
  onChange: (value: string | null) => void
}

/** One choice of a filter, cleared by its cross. */
export function Chip({ name, value, width, options, onChange }: ChipProps) {
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
      {...(width && { style: { width } })}
      popupMatchSelectWidth={false}
      onChange={(v: string | null) => onChange(v ?? null)}
    />
  )
}

/** Ranges offered by name; each is the city's day, week or month up to now. */
const RANGES: Record<string, () => string> = {
  today: () => dayjs().startOf('day').format(),
  days7: () => dayjs().startOf('day').subtract(6, 'day').format(),
  days30: () => dayjs().startOf('day').subtract(29, 'day').format()
}
const CUSTOM = 'custom'
const CUSTOM_WIDTH = 176

export interface RangeChipProps {
  from: string | undefined
  to: string | undefined
  width: number
  onChange: (changes: { from: string | null; to: null }) => void
}

/** The time of a list: one by its name, or the very one a number was counted in. */
export function RangeChip({ from, to, width, onChange }: RangeChipProps) {
  const { t } = useTranslation()
  const named = to ? undefined : Object.keys(RANGES).find((key) => RANGES[key]?.() === from)
  const custom = from && !named
  // Midnights are days.
  const day = (at: string) => formatDateTime(at).slice(5).replace(' 00:00', '')
  const text = custom ? (to ? `${day(from)} – ${day(to)}` : t('range.custom')) : ''
  return (
    <Chip
      name={t('filter.range')}
      value={custom ? CUSTOM : named}
      width={custom && to ? CUSTOM_WIDTH : width}
      options={[
        ...Object.keys(RANGES).map((key) => ({ value: key, label: t(`range.${key}`) })),
        ...(custom ? [{ value: CUSTOM, label: text }] : [])
      ]}
      onChange={(v) => v !== CUSTOM && onChange({ from: v ? (RANGES[v]?.() ?? null) : null, to: null })}
    />
  )
}

/** What the address holds beside the choices. */
export function FilterTag({ text, onDrop }: { text: string; onDrop: () => void }) {
  const { t } = useTranslation()
  return (
    <span className="desk-tag">
      {text}
      <button type="button" onClick={onDrop} aria-label={t('filter.drop', { text })}>
        ×
      </button>
    </span>
  )
}

/** Rows that came and wait to be let in; nothing while there are none. */
export function Arrived({ count, onShow }: { count: number; onShow: () => void }) {
  const { t } = useTranslation()
  return count === 0 ? null : (
    <button type="button" className="desk-new" onClick={onShow}>
      {t('list.arrived', { count })} ↑ <KeyHint>N</KeyHint>
    </button>
  )
}

/** Shows or hides the map of the list. */
export function MapToggle({ on, onChange }: { on: boolean; onChange: (on: 'on' | null) => void }) {
  const { t } = useTranslation()
  return (
    <Button size="small" type={on ? 'link' : 'text'} onClick={() => onChange(on ? null : 'on')} aria-pressed={on}>
      {t('filter.map')} <KeyHint>M</KeyHint>
    </Button>
  )
}
