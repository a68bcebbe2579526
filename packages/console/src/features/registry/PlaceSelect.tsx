import type { Division } from '@chengyun/contract/geo'
import { TreeSelect } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useDivisions } from '../../api/reference.ts'

/** A district, or a street within it. */
export function PlaceSelect({
  value,
  districts,
  onChange
}: {
  value: string | null
  districts: readonly Pick<Division, 'code' | 'name'>[]
  onChange: (code: string | null) => void
}) {
  const { t } = useTranslation()
  const all = useDivisions().data
  const tree = useMemo(
    () =>
      districts.map((d) => ({
        value: d.code,
        title: d.name,
        children: (all ?? [])
          .filter((s) => s.level === 'street' && s.code.startsWith(d.code.slice(0, 6)))
          .map((s) => ({ value: s.code, title: s.name }))
      })),
    [districts, all]
  )
  return (
    <TreeSelect
      size="small"
      allowClear
      showSearch={{ treeNodeFilterProp: 'title' }}
      variant="filled"
      {...(value ? { value } : {})}
      treeData={tree}
      placeholder={t('registry.within')}
      aria-label={t('registry.within')}
      style={{ width: 96 }}
      popupMatchSelectWidth={220}
      onChange={(code: string | undefined) => onChange(code ?? null)}
    />
  )
}
