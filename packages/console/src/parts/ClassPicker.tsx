import { Select } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type ClassItem, useClasses } from '../api/config.ts'
import { usePreferences } from '../preferences.tsx'

export interface ClassPickerProps {
  value: string | null
  onChange: (item: ClassItem | null) => void
  /** Only components, only matters, or both. */
  kind: 'component' | 'matter' | null
  size?: 'small' | 'middle' | 'large'
  /** Binds the label of the form to the field. */
  id?: string | undefined
}

/** A class by code or any part of its name, grouped by major class. */
export function ClassPicker({ value, onChange, kind, size = 'middle', id }: ClassPickerProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const classes = useClasses()
  const { groups, byKey } = useMemo(() => {
    const items = (classes.data?.classes ?? []).filter((c) => c.active !== false && (kind === null || c.kind === kind))
    const byMajor = Map.groupBy(items, (c) => `${t(`kind.${c.kind}`)} · ${c.majorName}`)
    return {
      byKey: new Map(items.map((c) => [keyOf(c), c])),
      groups: [...byMajor].map(([label, list]) => ({
        label,
        options: list.map((c) => ({
          value: keyOf(c),
          label: `${c.code} ${language === 'en' && c.nameEn ? c.nameEn : c.name}`,
          search: `${c.code}${c.name}${c.nameEn ?? ''}`.toLowerCase()
        }))
      }))
    }
  }, [classes.data, kind, language, t])
  const chosen = [...byKey.values()].find((c) => c.code === value)
  return (
    <Select
      {...(id ? { id } : {})}
      size={size}
      allowClear
      loading={classes.isPending}
      status={classes.isError ? 'error' : ''}
      showSearch={{
        filterOption: (text, option) =>
          String((option as { search?: string } | undefined)?.search ?? '').includes(text.trim().toLowerCase())
      }}
      value={chosen ? keyOf(chosen) : null}
      placeholder={t('class.search')}
      options={groups}
      onChange={(key: string | undefined) => onChange((key && byKey.get(key)) || null)}
    />
  )
}

const keyOf = (c: ClassItem) => `${c.standardRef}|${c.kind}|${c.code}`
