import type { TypeDetail } from '@chengyun/contract/registry'
import { Select } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'

export interface ClassSelectProps {
  register: TypeDetail
  value: string | null
  onChange: (code: string | null) => void
  label: string
  id?: string
  size?: 'small' | 'middle'
  /** Only classes that new items may have. */
  active?: boolean
  invalid?: boolean
  style?: React.CSSProperties
}

/** A class, or a major class with its classes. */
interface Option {
  label: string
  value?: string
  search?: string
  options?: { value: string; label: string; search: string }[]
}

/** A class of a register by code or name; under its major class, and its standard where two generations stand side by side. */
export function ClassSelect({ register, value, onChange, label, id, size = 'middle', active, invalid, style }: ClassSelectProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { classes } = register
  const options = useMemo((): Option[] => {
    const shown = active ? classes.filter((c) => c.active) : classes
    const several = new Set(shown.map((c) => c.standardRef)).size > 1
    const one = (c: (typeof shown)[number]) => ({
      value: c.code,
      label: `${c.code} ${language === 'en' && c.nameEn ? c.nameEn : c.name}`,
      search: `${c.code}${c.name}${c.nameEn}`.toLowerCase()
    })
    if (shown.every((c) => c.majorName === null)) return shown.map(one)
    const groups = Map.groupBy(shown, (c) => `${c.majorName ?? ''}${several && c.standardRef ? ` · ${c.standardRef}` : ''}`)
    return [...groups].map(([name, list]): Option => ({ label: name, options: list.map(one) }))
  }, [classes, active, language])
  return (
    <Select
      {...(id ? { id } : {})}
      size={size}
      allowClear
      variant={size === 'small' ? 'filled' : 'outlined'}
      value={value}
      placeholder={t('registry.field.class')}
      aria-label={label}
      status={invalid ? 'error' : ''}
      {...(style ? { style } : {})}
      popupMatchSelectWidth={false}
      showSearch={{
        filterOption: (text, option) =>
          String((option as { search?: string } | undefined)?.search ?? '').includes(text.trim().toLowerCase())
      }}
      options={options}
      onChange={(code: string | undefined) => onChange(code ?? null)}
    />
  )
}
