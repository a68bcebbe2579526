import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useUnits } from '../../api/reference.ts'

export interface UnitPickerProps {
  value: string | null
  onChange: (id: string | null) => void
  label: string
  id?: string
  /** The name of what is chosen, where it is known before the list of units is. */
  name?: string | undefined
  invalid?: boolean
}

/** Any unit by its name. */
export function UnitPicker({ value, onChange, label, id, name, invalid }: UnitPickerProps) {
  const { t } = useTranslation()
  const [q, setQ] = useState('')
  const sought = useDeferredValue(q.trim())
  const units = useUnits({ limit: 40, ...(sought ? { q: sought } : {}) })
  const options = (units.data?.items ?? []).map((u) => ({ value: u.id, label: u.name }))
  if (value && name && !options.some((o) => o.value === value)) options.unshift({ value, label: name })
  return (
    <Select
      {...(id ? { id } : {})}
      allowClear
      showSearch={{ filterOption: false, onSearch: setQ }}
      value={value}
      placeholder={t('registry.unitSearch')}
      aria-label={label}
      status={invalid ? 'error' : ''}
      loading={units.isFetching}
      options={options}
      style={{ minWidth: 180 }}
      onChange={(next: string | undefined) => onChange(next ?? null)}
    />
  )
}
